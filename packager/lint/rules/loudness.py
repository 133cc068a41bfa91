"""Loudness: what the `ludt` boxes of the sound say, and whether it is true."""

from collections.abc import Iterator
from dataclasses import dataclass

from packager.lint.finding import Fault, Place
from packager.lint.media import Init, MediaTrack
from packager.lint.presentation import Presentation
from packager.loudness import INTEGRATED_DATA_ID
from packager.ludt import LOUDNESS_STEP_LU

# Half a step of the code, and the 0.005 LU by which a number of two decimals may be off.
_TOLERANCE_LU = LOUDNESS_STEP_LU / 2 + 0.005


def find_missing_loudness(presentation: Presentation) -> Iterator[Fault]:
    """Sound whose init segment does not say how loud it is."""
    for init, track in _sounds(presentation):
        if track.loudness is None:
            found = f"track {track.track_id} has no udta/ludt box"
            yield Fault(Place(init.file), found, "loudness metadata", "measure the sound (EBU R 128) and add the box")


def find_wrong_loudness(presentation: Presentation) -> Iterator[Fault]:
    """Sound whose `ludt` says another loudness than package.json or the playlists. These mean the stereo mix."""
    for said in list_statements(presentation):
        for init, track in _sounds(presentation):
            if track.loudness is None or track.loudness.integrated_lufs is None or (track.channels or 0) > 2:
                continue
            coded_lufs = track.loudness.integrated_lufs
            if abs(coded_lufs - said.lufs) > _TOLERANCE_LU:
                found = f"ludt of track {track.track_id} says {coded_lufs:.2f} LUFS"
                expected = f"{said.lufs:.2f} LUFS, as {said.place} says"
                yield Fault(Place(init.file), found, expected, "measure what was encoded, and write that in both")


@dataclass(frozen=True, slots=True)
class Statement:
    """The loudness of the song, and who says so."""

    place: Place
    lufs: float


def list_statements(presentation: Presentation) -> Iterator[Statement]:
    """The loudness that package.json and the session data of each playlist give."""
    if presentation.indexed_lufs is not None:
        yield Statement(Place("package.json"), presentation.indexed_lufs)
    for playlist in presentation.multivariants:
        for tag in playlist.lexed.tags("EXT-X-SESSION-DATA"):
            lufs = _number(tag.get("VALUE")) if tag.get("DATA-ID") == INTEGRATED_DATA_ID else None
            if lufs is not None:
                yield Statement(Place(playlist.file, tag.line), lufs)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _sounds(presentation: Presentation) -> Iterator[tuple[Init, MediaTrack]]:
    """The audio tracks of all init segments, each once."""
    parts = (part for stream in presentation.streams.values() for part in stream.parts)
    inits = {part.init.file: part.init for part in parts if part.init}
    return ((init, track) for init in inits.values() for track in init.tracks if track.kind == "audio")
