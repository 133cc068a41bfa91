"""How init segments and fragments are put together, by RFC 8216 section 3.3, and by CMAF where a file claims it."""

from collections import Counter
from collections.abc import Iterator

from packager.lint.finding import Fault, Place
from packager.lint.initshape import InitShape
from packager.lint.media import Fragment, Init
from packager.lint.presentation import Part, Presentation

# RFC 8216 section 3.3 asks for a brand compatible with iso6 or later; the CMAF brands are, and so is hlsf.
_NEW_BRANDS = frozenset(
    {"iso6", "iso7", "iso8", "iso9", "isoa", "isob", "isoc", "cmfc", "cmf2", "cmfs", "cmff", "hlsf"}
)


def _shapes(presentation: Presentation) -> Iterator[tuple[Init, InitShape]]:
    """Every init segment that could be read, once."""
    inits = {
        part.init.file: part.init for stream in presentation.streams.values() for part in stream.parts if part.init
    }
    for init in inits.values():
        if init.shape:
            yield init, init.shape


def _fragments(presentation: Presentation) -> Iterator[tuple[Part, Fragment]]:
    for stream in presentation.streams.values():
        for part in stream.parts:
            for fragment in part.payload.fragments if part.payload else ():
                yield part, fragment


def _place(part: Part, fragment: Fragment) -> Place:
    return Place(part.place.file, None, fragment.offset_bytes, part.segment.start_s)


def find_old_brands(presentation: Presentation) -> Iterator[Fault]:
    """Init segments without a brand of iso6 or later."""
    for init, shape in _shapes(presentation):
        if not _NEW_BRANDS & set(shape.brands):
            found = f"brands {', '.join(shape.brands)}" if shape.brands else "no ftyp box"
            yield Fault(Place(init.file, None, 0), found, "iso6 or later among them", "write iso6 into ftyp")


def find_filled_inits(presentation: Presentation) -> Iterator[Fault]:
    """Init segments that hold samples, or a duration, as a file to download would."""
    for init, shape in _shapes(presentation):
        filled = sorted({kind for track in shape.tracks for kind in track.filled})
        if filled:
            found = f"entries in {', '.join(filled)}"
            yield Fault(Place(init.file), found, "sample tables of 0 entries", "write an init segment without samples")
        if shape.duration_ticks or any(track.duration_ticks for track in shape.tracks):
            box = "mvhd" if shape.duration_ticks else "tkhd"
            yield Fault(Place(init.file), f"a duration in {box}", "duration 0", "leave the duration to the segments")


def find_misplaced_extends(presentation: Presentation) -> Iterator[Fault]:
    """Init segments whose `mvex` is missing, stands before a track, or leaves one out."""
    for init, shape in _shapes(presentation):
        bare = [track.track_id for track in shape.tracks if not track.has_defaults]
        if bare:
            found = f"no trex for track {', '.join(map(str, bare))}"
            yield Fault(Place(init.file), found, "a trex for each track", "add it to mvex")
        elif not shape.is_extended_last:
            yield Fault(
                Place(init.file), "mvex before a trak", "mvex after the last trak", "move mvex to the end of moov"
            )


def find_unknown_tracks(presentation: Presentation) -> Iterator[Fault]:
    """Fragments of tracks that the init segment does not have, the first of each file."""
    told: set[str] = set()
    for part, fragment in _fragments(presentation):
        known = {track.track_id for track in part.init.tracks} if part.init and not part.init.breakage else None
        if known is not None and fragment.track_id not in known and str(part.file) not in told:
            told.add(str(part.file))
            expected = f"a track of its init segment ({', '.join(map(str, sorted(known))) or 'none'})"
            mend = "name the right EXT-X-MAP, or number the tracks alike"
            yield Fault(_place(part, fragment), f"a traf of track {fragment.track_id}", expected, mend)


def find_absolute_offsets(presentation: Presentation) -> Iterator[Fault]:
    """Fragments whose samples are found by their place in a whole file, the first of each file."""
    told: set[str] = set()
    for part, fragment in _fragments(presentation):
        if not fragment.is_relative and str(part.file) not in told:
            told.add(str(part.file))
            expected, mend = "addresses relative to the moof", "write default-base-is-moof"
            yield Fault(_place(part, fragment), "base-data-offset in tfhd", expected, mend)


def find_odd_edits(presentation: Presentation) -> Iterator[Fault]:
    """Edit lists that do more than skip the start: several pieces, or another speed."""
    for init, shape in _shapes(presentation):
        for track in shape.tracks:
            edits = [edit for edit in track.edits if edit.media_time_ticks >= 0]
            if len(edits) > 1 or any(edit.rate != 1 << 16 for edit in track.edits):
                what = f"{len(edits)} edits" if len(edits) > 1 else "an edit of another speed than 1"
                found = f"track {track.track_id} has {what}"
                yield Fault(Place(init.file), found, "one edit that skips the start", "cut the media itself")


def find_cmaf_breaches(presentation: Presentation) -> Iterator[Fault]:
    """What CMAF does not allow in files that call themselves CMAF: many tracks, many fragments in a moof, many runs."""
    for init, shape in _shapes(presentation):
        if shape.is_cmaf and len(shape.tracks) != 1:
            mend = "give each track files of its own, or leave the brand out"
            yield Fault(Place(init.file), f"{len(shape.tracks)} tracks in a CMAF file", "one track", mend)
    for part, _ in _fragments(presentation):
        shape_of = part.init.shape if part.init else None
        fragments = part.payload.fragments if part.payload else ()
        if shape_of is None or not shape_of.is_cmaf or len(shape_of.tracks) != 1:
            continue
        counts = Counter(fragment.offset_bytes for fragment in fragments)
        odd = next((f for f in fragments if f.runs != 1 or counts[f.offset_bytes] != 1), None)
        if odd:
            found = f"a moof of {counts[odd.offset_bytes]} traf and {odd.runs} trun"
            yield Fault(_place(part, odd), found, "one traf with one trun", "write one run in each fragment")


def find_plain_pictures(presentation: Presentation) -> Iterator[Fault]:
    """CMAF video that does not say the shape of its pixels or its colours."""
    for init, shape in _shapes(presentation):
        for track in shape.tracks:
            missing = [name for name, there in (("pasp", track.has_pasp), ("colr", track.video_range)) if not there]
            if shape.is_cmaf and track.is_picture and track.entry != "encv" and missing:
                found = f"track {track.track_id} without {' and '.join(missing)}"
                yield Fault(Place(init.file), found, "pasp and colr in the sample entry", "write them from the encoder")


def find_outer_references(presentation: Presentation) -> Iterator[Fault]:
    """Tracks whose samples are said to be in another file."""
    for init, shape in _shapes(presentation):
        for track in shape.tracks:
            if track.is_elsewhere:
                found = f"track {track.track_id} has a data reference to another file"
                yield Fault(Place(init.file), found, "samples in the same file", "set flag 1 of its entries in dref")


def find_unsigned_offsets(presentation: Presentation) -> Iterator[Fault]:
    """Composition offsets below zero in a `trun` whose version has none, the first of each file."""
    told: set[str] = set()
    for part, fragment in _fragments(presentation):
        if fragment.is_unsigned and str(part.file) not in told:
            told.add(str(part.file))
            found = "composition offsets of 2^31 and more: negative ones in a trun of version 0"
            mend = "write version 1, or make all of them positive and skip the delay by the edit list"
            yield Fault(_place(part, fragment), found, "negative offsets in version 1 only", mend)


def find_edited_pictures(presentation: Presentation) -> Iterator[Fault]:
    """Video of brand cmf2 with an edit list that changes anything."""
    for init, shape in _shapes(presentation):
        for track in shape.tracks if "cmf2" in shape.brands else ():
            if track.is_picture and any(edit.media_time_ticks for edit in track.edits):
                found = f"track {track.track_id} has an edit list"
                mend = "write negative composition offsets (trun of version 1), or brand the file cmfc"
                yield Fault(Place(init.file), found, "no edit list in video of brand cmf2", mend)


def find_mixed_protection(presentation: Presentation) -> Iterator[Fault]:
    """Fragments of CMAF files in which some samples are encrypted and others clear, the first of each file."""
    told: set[str] = set()
    for part, fragment in _fragments(presentation):
        shape = part.init.shape if part.init else None
        if shape is None or not shape.is_cmaf or str(part.file) in told:
            continue
        of_track = next((track.protection for track in shape.tracks if track.track_id == fragment.track_id), None)
        default = of_track is not None and of_track.is_default
        if len({default if each is None else each for each in fragment.protections}) > 1:
            told.add(str(part.file))
            mend = "start a fragment where encryption starts or ends"
            yield Fault(_place(part, fragment), "encrypted and clear samples in one fragment", "all of one kind", mend)
