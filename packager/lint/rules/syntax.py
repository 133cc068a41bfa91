"""What any playlist must be: readable, of one kind, of the right version, and pointing at things that are there."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from packager.lint.finding import Fault, Place
from packager.lint.grammar import list_slips
from packager.lint.lexer import Slip, Tag
from packager.lint.media import Container
from packager.lint.playlists import MEDIA_TAGS, MULTIVARIANT_TAGS, MultivariantPlaylist, Playlist, read_integer
from packager.lint.presentation import LossKind, Presentation


def find_slips(presentation: Presentation) -> Iterator[Fault]:
    """Lines that do not follow the grammar, the first of each kind in a playlist."""
    for playlist in presentation.playlists:
        slips = (*playlist.lexed.slips, *playlist.slips, *list_slips(playlist.lexed))
        kinds: dict[str, list[Slip]] = {}
        for slip in sorted(slips, key=lambda slip: slip.line):
            kinds.setdefault(slip.expected, []).append(slip)
        for expected, (first, *more) in kinds.items():
            found = f"{first.found}{f', and {len(more)} more like it below' if more else ''}"
            mend = "correct the line, players may drop the playlist"
            yield Fault(Place(playlist.file, first.line), found, f"expected {expected}", mend)


def find_mixed_tags(presentation: Presentation) -> Iterator[Fault]:
    """Tags of media playlists in multivariant ones, and the other way round."""
    for playlist in presentation.playlists:
        is_multivariant = isinstance(playlist, MultivariantPlaylist)
        strange = MEDIA_TAGS if is_multivariant else MULTIVARIANT_TAGS
        own = "multivariant" if is_multivariant else "media"
        for tag in playlist.lexed.tags(*sorted(strange)):
            place = Place(playlist.file, tag.line)
            yield Fault(place, f"{tag.name} in a {own} playlist", "one kind of tags only", "move it to the other kind")


@dataclass(frozen=True, slots=True)
class Need:
    """A version, and the tag and line that ask for it."""

    version: int
    tag: str
    line: int


def find_low_versions(presentation: Presentation) -> Iterator[Fault]:
    """Playlists that use what their version does not have."""
    for playlist in presentation.playlists:
        tag, need = _version_tag(playlist), find_needed_version(playlist)
        declared = _declared_version(tag)
        if declared < need.version:
            place = Place(playlist.file, tag.line if tag else need.line)
            found = f"version {declared}" if tag else "no EXT-X-VERSION, which means version 1"
            yield Fault(place, found, f"at least {need.version} for {need.tag}", f"write #EXT-X-VERSION:{need.version}")


def find_high_versions(presentation: Presentation) -> Iterator[Fault]:
    """Playlists that shut out old clients for nothing."""
    for playlist in presentation.playlists:
        tag, need = _version_tag(playlist), find_needed_version(playlist)
        if tag and _declared_version(tag) > need.version:
            mend = f"write #EXT-X-VERSION:{need.version}" if need.version > 1 else "leave EXT-X-VERSION out"
            found = f"version {_declared_version(tag)}"
            expected = f"version {need.version}, which is enough for what is in it"
            yield Fault(Place(playlist.file, tag.line), found, expected, mend)


def _version_tag(playlist: Playlist) -> Tag | None:
    return next(iter(playlist.lexed.tags("EXT-X-VERSION")), None)


def _declared_version(tag: Tag | None) -> int:
    return (read_integer(tag.value) or 1) if tag else 1


# RFC8216bis section 8.
_VERSIONS = {"EXT-X-BYTERANGE": 4, "EXT-X-I-FRAMES-ONLY": 4, "EXT-X-DEFINE": 8, "EXT-X-SKIP": 9}


def find_needed_version(playlist: Playlist) -> Need:
    """The least version that has everything in this playlist, and the first tag that needs it."""
    is_iframes_only = bool(playlist.lexed.tags("EXT-X-I-FRAMES-ONLY"))
    tags = [line for line in playlist.lexed.lines if isinstance(line, Tag)]
    needs = [Need(_version_of(tag, is_iframes_only), tag.name, tag.line) for tag in tags]
    return max(needs, key=lambda need: need.version, default=Need(1, "EXTM3U", 1))


def _version_of(tag: Tag, is_iframes_only: bool) -> int:
    match tag.name:
        case "EXT-X-MAP":
            return 5 if is_iframes_only else 6
        case "EXTINF":
            return 3 if "." in tag.value.partition(",")[0] else 1
        case "EXT-X-KEY" if tag.get("KEYFORMAT") or tag.get("KEYFORMATVERSIONS") or tag.get("METHOD") == "SAMPLE-AES":
            return 5
        case "EXT-X-KEY":
            return 2 if tag.get("IV") else 1
        case "EXT-X-DEFINE" if tag.get("QUERYPARAM"):
            return 11
        case "EXT-X-SKIP" if tag.get("RECENTLY-REMOVED-DATERANGES"):
            return 10
        case "EXT-X-STREAM-INF" | "EXT-X-I-FRAME-STREAM-INF" if _has_requirement(tag):
            return 12
        case "EXT-X-MEDIA":
            return 7 if (tag.get("INSTREAM-ID") or "").startswith("SERVICE") else 1
        case name:
            return _VERSIONS.get(name, 1)


def _has_requirement(tag: Tag) -> bool:
    return any(attribute.name.startswith("REQ-") for attribute in tag.attributes())


def find_missing_files(presentation: Presentation) -> Iterator[Fault]:
    """URIs that lead to nothing, one finding for all of a playlist."""
    lost = sorted(
        (loss for loss in presentation.losses if loss.kind is not LossKind.ELSEWHERE),
        key=lambda loss: (loss.place.file, loss.place.line or 0),
    )
    for _, losses in groupby(lost, key=lambda loss: loss.place.file):
        first, *more = losses
        also = f", and {len(more)} more below" if more else ""
        yield Fault(
            first.place,
            f"{first.uri[:80]!r}: {first.reason}{also}",
            "every URI leads to a file",
            "put the file there or correct the URI",
        )


def find_unread(presentation: Presentation) -> Iterator[Fault]:
    """What this linter did not look into, so that silence about it is not taken for praise."""
    elsewhere = sorted(
        (loss for loss in presentation.losses if loss.kind is LossKind.ELSEWHERE), key=lambda loss: str(loss.place)
    )
    for _, losses in groupby(elsewhere, key=lambda loss: loss.place.file):
        first, *more = losses
        also = f" and {len(more)} more" if more else ""
        expected, mend = "relative paths to files on this disk", "lint where the files are"
        yield Fault(first.place, f"{first.uri[:80]!r}{also} not read", expected, mend)
    for stream in presentation.streams.values():
        if stream.playlist.is_live:
            expected, mend = "a finished presentation (VOD) for the rules about media", "lint it when it has ended"
            yield Fault(stream.place(), "a live playlist: its segments were not read", expected, mend)
        kinds = {part.payload.container for part in stream.parts if part.payload}
        reasons = {part.payload.unread for part in stream.parts if part.payload and part.payload.unread}
        for reason in sorted(reasons):
            expected, mend = "a key among the files, for the rules about media", "lint it where its key is"
            yield Fault(stream.place(), f"encrypted segments not read: {reason}", expected, mend)
        for kind in sorted(kinds - _JUDGED, key=lambda kind: kind.value):
            expected, mend = "fMP4 for the rules about media", "none needed: the playlist rules were applied"
            yield Fault(stream.place(), f"{kind.value} segments not read", expected, mend)


_JUDGED = frozenset({Container.FMP4, Container.WEBVTT, Container.ENCRYPTED})


def find_broken_boxes(presentation: Presentation) -> Iterator[Fault]:
    """Init and media segments whose boxes cannot be read."""
    for stream in presentation.streams.values():
        for init in dict.fromkeys(part.init for part in stream.parts if part.init):
            if init.breakage is None or init.breakage.is_locked:
                continue
            place = Place(init.file, None, init.breakage.offset_bytes)
            yield Fault(place, init.breakage.reason, "an init segment: ftyp and moov", "write the init segment again")
        for part in stream.parts:
            if part.payload and part.payload.breakage and not part.payload.breakage.is_locked:
                place = Place(part.place.file, None, part.payload.breakage.offset_bytes, part.place.time_s)
                yield Fault(place, part.payload.breakage.reason, "whole moof and mdat boxes", "write the segment again")
