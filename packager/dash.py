"""Prints the DASH manifest of a package: the very segments that the playlists name, as ISO/IEC 23009-1 describes them.

Sound that differs in its bit rate only is one AdaptationSet, and so are such pictures; who wants the song alone selects
the sound. Times are those after the edit lists, as browsers append them: segment 0 of every rung starts at 0, and the
priming before it falls off at the start of the period.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import TypeVar
from xml.etree import ElementTree as ET

from packager.bandwidth import measure_bandwidth_bps
from packager.manifest import ThumbnailRecord
from packager.playlist import EncodedRung, Place
from packager.sprites import COLUMNS, ROWS

FILE_NAME = "manifest.mpd"

_NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
_SEGMENTS_IN_FILES = "urn:mpeg:dash:profile:isoff-live:2011"
_SEGMENTS_IN_ONE_FILE = "urn:mpeg:dash:profile:isoff-on-demand:2011"
_ROLES = "urn:mpeg:dash:role:2011"
_CHANNELS = "urn:mpeg:mpegB:cicp:ChannelConfiguration"  # ISO/IEC 23091-3: 1 is mono, 2 stereo, 6 is 5.1
_TILES = "http://dashif.org/guidelines/thumbnail_tile"  # DASH-IF interoperability points 4.3, section 6.2.6


@dataclass(frozen=True, slots=True)
class SoundRung:
    """An audio rung, and what else DASH says of it."""

    name: str
    encoded: EncodedRung
    channels: int


@dataclass(frozen=True, slots=True)
class PictureRung:
    """A video rung in square pixels, and what else DASH says of it."""

    name: str
    encoded: EncodedRung
    width: int
    height: int
    frame_rate: Fraction


@dataclass(frozen=True, slots=True)
class SpriteSheets:
    """The sheets of thumbnails, and the bytes of each."""

    record: ThumbnailRecord
    sizes_bytes: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Rows of a sheet. The last sheet may have fewer; a sheet that is the only one has what it needs."""
        return ROWS if len(self.sizes_bytes) > 1 else -(-self.record.count // COLUMNS)

    @property
    def duration(self) -> Fraction:
        """Seconds for which one sheet has thumbnails."""
        return COLUMNS * self.rows * self.record.interval


@dataclass(frozen=True, slots=True)
class TextFile:
    """Words as one file of WebVTT: their language, its name, and where the file is, as seen from the manifest."""

    language: str
    name: str
    place: Place


def print_manifest(
    title: str,
    language: str,
    sounds: Sequence[SoundRung],
    pictures: Sequence[PictureRung],
    sheets: SpriteSheets | None = None,
    texts: Sequence[TextFile] = (),
) -> str:
    """A static manifest, for players that fetch as much as one segment lasts before they start."""
    rungs = [sound.encoded for sound in sounds] + [picture.encoded for picture in pictures]
    longest = max(segment.duration for rung in rungs for segment in rung.segments)
    mpd = ET.Element(
        "MPD",
        xmlns=_NAMESPACE,
        profiles=_SEGMENTS_IN_FILES if rungs[0].head.index is None else _SEGMENTS_IN_ONE_FILE,
        type="static",
        mediaPresentationDuration=_duration(max(map(_length, rungs))),
        maxSegmentDuration=_duration(longest),
        minBufferTime=_duration(longest),
    )
    ET.SubElement(ET.SubElement(mpd, "ProgramInformation"), "Title").text = title
    period = ET.SubElement(mpd, "Period", id="0", start="PT0S")
    kinds = _group(sounds)
    for rank, alike_sounds in enumerate(kinds):
        found = _add_sounds(period, alike_sounds, language, longest)
        if len(kinds) > 1:  # without it, dash.js 5.2 starts with the one rung of Opus, and stays there
            found.set("selectionPriority", str(len(kinds) - rank))
    for alike_pictures in _group(pictures):
        _add_pictures(period, alike_pictures, longest)
    for text in texts:
        _add_text(period, text, max(map(_length, rungs)))
    if sheets is not None:
        _add_sheets(period, sheets)
    for number, adaptation_set in enumerate(period, 1):
        adaptation_set.set("id", str(number))
    ET.indent(mpd)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(mpd, encoding="unicode") + "\n"


Described = TypeVar("Described", SoundRung, PictureRung)


def _group(rungs: Iterable[Described]) -> list[list[Described]]:
    """Rungs between which a player may switch at every segment: of one codec, channels and clock, cut alike."""
    groups: dict[tuple[object, ...], list[Described]] = {}
    for rung in rungs:
        family, _, _ = rung.encoded.codec.partition(".")
        channels = rung.channels if isinstance(rung, SoundRung) else 0
        groups.setdefault((family, channels, rung.encoded.timescale, _ticks(rung.encoded)), []).append(rung)
    return list(groups.values())


def _add_sounds(period: ET.Element, rungs: Sequence[SoundRung], language: str, buffer: Fraction) -> ET.Element:
    attributes = {"lang": language, "audioSamplingRate": str(rungs[0].encoded.timescale)}
    found = _add_set(period, "audio", attributes, rungs[0].encoded)
    ET.SubElement(found, "AudioChannelConfiguration", schemeIdUri=_CHANNELS, value=str(rungs[0].channels))
    ET.SubElement(found, "Role", schemeIdUri=_ROLES, value="main")
    _add_template(found, rungs[0].encoded)
    for rung in rungs:
        _add_representation(found, rung.name, rung.encoded, buffer)
    return found


def _add_pictures(period: ET.Element, rungs: Sequence[PictureRung], buffer: Fraction) -> None:
    attributes = {
        "frameRate": str(rungs[0].frame_rate),
        "maxWidth": str(max(rung.width for rung in rungs)),
        "maxHeight": str(max(rung.height for rung in rungs)),
    }
    found = _add_set(period, "video", attributes, rungs[0].encoded)
    ET.SubElement(found, "Role", schemeIdUri=_ROLES, value="main")
    _add_template(found, rungs[0].encoded)
    for rung in rungs:
        representation = _add_representation(found, rung.name, rung.encoded, buffer)
        representation.attrib |= {"width": str(rung.width), "height": str(rung.height), "sar": "1:1"}


def _add_set(period: ET.Element, medium: str, attributes: dict[str, str], rung: EncodedRung) -> ET.Element:
    """An AdaptationSet whose segments all start with a sync sample, at the same instants in each Representation."""
    alignment = {"segmentAlignment": "true", "startWithSAP": "1"}
    if rung.head.index is not None:
        alignment = {"subsegmentAlignment": "true", "subsegmentStartsWithSAP": "1"}
    common = {"contentType": medium, "mimeType": f"{medium}/mp4"}
    return ET.SubElement(period, "AdaptationSet", common | alignment | attributes)


def _add_template(adaptation_set: ET.Element, rung: EncodedRung) -> None:
    """How the segments of every Representation are named, and when each begins; nothing where an index says it."""
    if rung.head.index is not None:
        return
    template = ET.SubElement(
        adaptation_set, "SegmentTemplate", timescale=str(rung.timescale), startNumber="0",
        initialization=rung.head.init.uri, media="$Number%05d$.m4s",
    )  # fmt: skip
    timeline = ET.SubElement(template, "SegmentTimeline")
    for ticks, run in groupby(_ticks(rung)):
        entry = ET.SubElement(timeline, "S", d=str(ticks))
        repeated = len(list(run)) - 1
        if repeated:
            entry.set("r", str(repeated))
    timeline[0].attrib = {"t": "0", **timeline[0].attrib}


def _add_representation(adaptation_set: ET.Element, name: str, rung: EncodedRung, buffer: Fraction) -> ET.Element:
    bandwidth_bps = measure_bandwidth_bps(rung.segments, buffer)
    found = ET.SubElement(adaptation_set, "Representation", id=name, codecs=rung.codec, bandwidth=str(bandwidth_bps))
    base = ET.SubElement(found, "BaseURL")
    base.text = f"{rung.folder}/"
    if rung.head.index is not None:
        base.text += rung.head.index.uri
        indexed = ET.SubElement(
            found, "SegmentBase", timescale=str(rung.timescale), indexRange=_byte_range(rung.head.index)
        )
        ET.SubElement(indexed, "Initialization", range=_byte_range(rung.head.init))
    return found


def _byte_range(place: Place) -> str:
    """From the first to the last byte, as HTTP counts them."""
    first = place.offset or 0
    return f"{first}-{first + place.size_bytes - 1}"


def _add_text(period: ET.Element, text: TextFile, length: Fraction) -> None:
    """Words beside the segments: DASH has no segments of plain WebVTT."""
    found = ET.SubElement(period, "AdaptationSet", contentType="text", mimeType="text/vtt", lang=text.language)
    ET.SubElement(found, "Label").text = text.name
    ET.SubElement(found, "Role", schemeIdUri=_ROLES, value="subtitle")
    bandwidth_bps = ceil(text.place.size_bytes * 8 / length)
    name = f"text-{text.language}"
    representation = ET.SubElement(found, "Representation", id=name, bandwidth=str(bandwidth_bps))
    ET.SubElement(representation, "BaseURL").text = text.place.uri


def _add_sheets(period: ET.Element, sheets: SpriteSheets) -> None:
    """Thumbnails as tiles of one picture after another."""
    record, rows = sheets.record, sheets.rows
    found = ET.SubElement(period, "AdaptationSet", contentType="image", mimeType="image/jpeg")
    folder, _, _ = record.track.rpartition("/")
    ET.SubElement(
        found, "SegmentTemplate", timescale=str(sheets.duration.denominator), duration=str(sheets.duration.numerator),
        startNumber="0", media=f"{folder}/$Number%05d$.jpg",
    )  # fmt: skip
    representation = ET.SubElement(
        found, "Representation", id="thumbnails", width=str(COLUMNS * record.width), height=str(rows * record.height),
        bandwidth=str(ceil(max(sheets.sizes_bytes) * 8 / sheets.duration)),
    )  # fmt: skip
    ET.SubElement(representation, "EssentialProperty", schemeIdUri=_TILES, value=f"{COLUMNS}x{rows}")


def _ticks(rung: EncodedRung) -> tuple[int, ...]:
    """How long each segment lasts in the rung's own clock, which fits exactly."""
    ticks = tuple(segment.duration * rung.timescale for segment in rung.segments)
    assert all(each.denominator == 1 for each in ticks), f"{rung.folder}: a cut between two ticks"
    return tuple(map(int, ticks))


def _length(rung: EncodedRung) -> Fraction:
    return sum((segment.duration for segment in rung.segments), Fraction(0))


def _duration(seconds: Fraction) -> str:
    """An xs:duration of whole microseconds, never shorter than the truth."""
    whole, micros = divmod(ceil(seconds * 1_000_000), 1_000_000)
    decimals = f".{micros:06d}".rstrip("0") if micros else ""
    return f"PT{whole}{decimals}S"
