"""CODECS against the decoder configurations in the init segments."""

from collections.abc import Iterator

from packager.lint.codecnames import is_same_codec
from packager.lint.finding import Fault, Place
from packager.lint.media import MediaTrack
from packager.lint.playlists import MultivariantPlaylist, Variant
from packager.lint.presentation import Presentation

# The sample entries of encrypted tracks: what is in them is said elsewhere, and not read here.
_HIDDEN = frozenset({"encv", "enca", "none"})


def find_missing_codecs(presentation: Presentation) -> Iterator[Fault]:
    """Variants without CODECS."""
    for playlist, variant in presentation.variants():
        if not variant.codecs:
            tracks = _tracks(presentation, playlist, variant)
            names = ",".join(dict.fromkeys(track.codec for track in tracks))
            mend = f'write CODECS="{names}"' if names else "list the codec of every track"
            yield Fault(Place(playlist.file, variant.line), "no CODECS", "every format of the variant", mend)


def find_unlisted_codecs(presentation: Presentation) -> Iterator[Fault]:
    """Formats of a variant or its audio that CODECS passes over."""
    for playlist, variant in presentation.variants():
        listed = {_family(codec) for codec in variant.codecs}
        for codec in _codecs(presentation, playlist, variant):
            if variant.codecs and _family(codec) not in listed:
                found = f"CODECS={','.join(variant.codecs)!r} without {codec}"
                yield Fault(Place(playlist.file, variant.line), found, "every format of the variant", f"add {codec}")


def find_wrong_codecs(presentation: Presentation) -> Iterator[Fault]:
    """CODECS that name another profile or level than the decoder is configured for."""
    for playlist, variant in presentation.variants():
        for codec in _codecs(presentation, playlist, variant):
            rivals = [name for name in variant.codecs if _family(name) == _family(codec)]
            if rivals and not any(is_same_codec(name, codec) for name in rivals):
                expected = f"{codec}, as the init segment says"
                yield Fault(Place(playlist.file, variant.line), f"CODECS has {rivals[0]}", expected, f"write {codec}")


def find_odd_spellings(presentation: Presentation) -> Iterator[Fault]:
    """Codes of sample entries in another case than they have there."""
    for playlist, variant in presentation.variants():
        codes = {_family(codec): _code(codec) for codec in _codecs(presentation, playlist, variant)}
        for name in variant.codecs:
            code = codes.get(_family(name), _code(name))
            if code != _code(name):
                found, expected = f"CODECS has {name}", f"{code}, as the sample entry is called"
                yield Fault(Place(playlist.file, variant.line), found, expected, f"write {code}, case matters")


def find_surplus_codecs(presentation: Presentation) -> Iterator[Fault]:
    """CODECS that list what no init segment has."""
    for playlist, variant in presentation.variants():
        streams = presentation.heard_and_seen(playlist, variant)
        if any(stream is None or not stream.tracks for stream in streams):
            continue  # an unread stream may hold it
        tracks = _tracks(presentation, playlist, variant)
        if any(track.codec in _HIDDEN for track in tracks):
            continue
        there = {_family(track.codec) for track in tracks}
        for codec in variant.codecs:
            if _family(codec) not in there and _family(codec) not in _WORDS:
                found = f"CODECS has {codec}"
                yield Fault(Place(playlist.file, variant.line), found, "formats that are there", f"remove {codec}")


# Subtitles may be listed, and their renditions are not among a variant's own.
_WORDS = frozenset({"wvtt", "stpp"})


def _tracks(presentation: Presentation, playlist: MultivariantPlaylist, variant: Variant) -> tuple[MediaTrack, ...]:
    streams = presentation.heard_and_seen(playlist, variant)
    tracks = (track for stream in streams if stream for track in stream.tracks)
    return tuple(track for track in tracks if track.kind in {"video", "audio"})


def _codecs(presentation: Presentation, playlist: MultivariantPlaylist, variant: Variant) -> tuple[str, ...]:
    tracks = _tracks(presentation, playlist, variant)
    return tuple(dict.fromkeys(track.codec for track in tracks if track.codec not in _HIDDEN))


def _code(codec: str) -> str:
    return codec.partition(".")[0]


def _family(codec: str) -> str:
    return _code(codec).lower()
