"""A presentation as a rule sees it: its playlists, what they point at, and what was measured of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from packager.lint.addresses import resolve_path, resolve_url
from packager.lint.finding import Place, Profile
from packager.lint.media import Container, Init, MediaTrack, Payload
from packager.lint.playlists import MediaPlaylist, MultivariantPlaylist, Playlist, Rendition, Segment, Variant
from packager.lint.rates import Peak, Weight, find_average_bps, find_peak

if TYPE_CHECKING:  # numpy, which who decodes nothing need not wait for
    from packager.lint.decoded import DecodedStream


class LossKind(Enum):
    """Why something that a playlist names could not be judged."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Loss:
    """A URI that led to nothing readable, and where it stands."""

    place: Place
    kind: LossKind
    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """When the main track of a segment is shown, in seconds of presentation time."""

    start_s: Fraction
    end_s: Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """A segment with what was found behind it; None is what could not be read.

    `file` names the file of the segment, `file_size_bytes` all of it, `size_bytes` the segment's share.
    """

    segment: Segment
    file: str | None = None
    file_size_bytes: int | None = None
    size_bytes: int | None = None
    init: Init | None = None
    payload: Payload | None = None

    @property
    def track(self) -> MediaTrack | None:
        """The main track, where the init segment could be read."""
        return self.init.main if self.init else None

    @property
    def place(self) -> Place:
        """The segment, for a finding about its boxes."""
        offset = self.segment.byte_range.offset if self.segment.byte_range else None
        return Place(self.file or self.segment.uri, None, offset, self.segment.start_s)

    def span(self) -> Span | None:
        """When its main track is shown; None where that cannot be read."""
        track = self.track
        fragments = self.payload.of(track) if self.payload else ()
        if track is None or not fragments or any(fragment.decode is None for fragment in fragments):
            return None
        first, last = min(f.start for f in fragments), max(f.end for f in fragments)
        return Span(track.present(first), track.present(last))

    def frame_rate(self) -> Fraction | None:
        """The constant frame rate of its picture; None where there is none."""
        track = self.track
        if track is None or track.kind != "video" or self.payload is None:
            return None
        steps = {fragment.frame_ticks for fragment in self.payload.of(track)}
        step = next(iter(steps)) if len(steps) == 1 else None
        return Fraction(track.timescale, step) if step else None

    def longest_sample_s(self) -> Fraction:
        """The longest sample of its main track, 0 where unknown."""
        track = self.track
        fragments = self.payload.of(track) if self.payload else ()
        if track is None or not fragments:
            return Fraction(0)
        return Fraction(max(fragment.longest for fragment in fragments), track.timescale)


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A media playlist with its segments read and weighed. Rates are None where a size or a duration is missing.

    `tracks` are those of all its init segments, each init once. `kind` is its content: video, audio, text, or unknown
    where no init segment tells.
    """

    playlist: MediaPlaylist
    parts: tuple[Part, ...]
    spans: tuple[Span | None, ...]
    frame_s: Fraction
    peak: Peak | None
    average_bps: Fraction | None
    tracks: tuple[MediaTrack, ...]
    kind: str

    @property
    def file(self) -> str:
        """The playlist's name."""
        return self.playlist.file

    def place(self, line: int | None = None, time_s: Fraction | None = None) -> Place:
        """A place in its playlist."""
        return Place(self.file, line, None, time_s)


def weigh_stream(playlist: MediaPlaylist, parts: tuple[Part, ...]) -> Stream:
    """The stream of these parts, with its rates."""
    weights = _weigh(parts)
    inits = {part.init.file: part.init for part in parts if part.init}
    tracks = tuple(track for init in inits.values() for track in init.tracks)
    target_s = playlist.target_duration_s
    return Stream(
        playlist=playlist,
        parts=parts,
        spans=tuple(part.span() for part in parts),
        frame_s=max((part.longest_sample_s() for part in parts), default=Fraction(0)),
        peak=find_peak(weights, target_s) if weights and target_s else None,
        average_bps=find_average_bps(weights) if weights else None,
        tracks=tracks,
        kind=_name_kind(parts, tracks),
    )


def _name_kind(parts: tuple[Part, ...], tracks: tuple[MediaTrack, ...]) -> str:
    kinds = {track.kind for track in tracks}
    containers = {part.payload.container for part in parts if part.payload}
    if Container.WEBVTT in containers:
        return "text"
    if containers == {Container.PACKED_AUDIO}:
        return "audio"
    return next((kind for kind in ("video", "audio", "text") if kind in kinds), "unknown")


def _weigh(parts: tuple[Part, ...]) -> list[Weight] | None:
    """Every segment on the scale; None where one cannot be weighed. Gaps are not fetched and weigh nothing."""
    weights: list[Weight] = []
    for part in parts:
        duration_s, size_bytes = part.segment.duration_s, 0 if part.segment.is_gap else part.size_bytes
        if duration_s is None or size_bytes is None:
            return None
        weights.append(Weight(duration_s, size_bytes))
    return weights


@dataclass(frozen=True, slots=True)
class Rates:
    """Measured over the heaviest playable combination of a variant and its renditions; `where` says which."""

    peak_bps: Fraction
    average_bps: Fraction
    where: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an origin gave a file: the headers that players depend on, None where it sent none."""

    file: str
    is_playlist: bool
    media_type: str | None
    coding: str | None
    allowed_origin: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a remote presentation came from, and how its files were given.

    Names of files are relative to `root`; `moved` has the URLs of playlists that were redirected.
    """

    url: str
    deliveries: tuple[Delivery, ...]
    root: str = ""
    moved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Presentation:
    """Everything that the rules look at. `streams` is by the name of the media playlist.

    `is_ours`: the folder holds a package.json of midnote's, in which tv.m3u8 is meant for television. `indexed_lufs` is
    the integrated loudness that it gives, None where it gives none. `origin` is None for what was read from disk.
    `decoded` is what decoders made of the streams, by the same names; None where they were not asked.
    """

    profile: Profile
    is_ours: bool
    multivariants: tuple[MultivariantPlaylist, ...]
    streams: Mapping[str, Stream]
    losses: tuple[Loss, ...]
    indexed_lufs: float | None = None
    origin: Origin | None = None
    decoded: Mapping[str, "DecodedStream"] | None = None

    @property
    def playlists(self) -> tuple[Playlist, ...]:
        """All playlists, multivariant first."""
        return (*self.multivariants, *(stream.playlist for stream in self.streams.values()))

    def resolve(self, base: str, uri: str) -> str | None:
        """The name of what a URI in the playlist `base` means; None for what is not looked for."""
        origin = self.origin
        return resolve_url(origin.root, origin.moved, base, uri) if origin else resolve_path(base, uri)

    def stream(self, playlist: Playlist, uri: str | None) -> Stream | None:
        """The stream that a URI in a playlist leads to."""
        target = self.resolve(playlist.file, uri) if uri is not None else None
        return self.streams.get(target) if target is not None else None

    def variants(self) -> Iterator[tuple[MultivariantPlaylist, Variant]]:
        """Every variant of every multivariant playlist, the I-frame ones too."""
        for playlist in self.multivariants:
            for variant in playlist.variants:
                yield playlist, variant

    def audio_of(self, playlist: MultivariantPlaylist, variant: Variant) -> tuple[Rendition, ...]:
        """The audio renditions that may sound with a variant."""
        return () if variant.is_iframes_only else playlist.group("AUDIO", variant.get("AUDIO"))

    def words_of(self, playlist: MultivariantPlaylist, variant: Variant) -> tuple[Stream, ...]:
        """The subtitles that may be shown with a variant, as far as they could be read."""
        group = () if variant.is_iframes_only else playlist.group("SUBTITLES", variant.get("SUBTITLES"))
        return tuple(stream for stream in (self.stream(playlist, each.uri) for each in group) if stream)

    def heard_and_seen(self, playlist: MultivariantPlaylist, variant: Variant) -> tuple[Stream | None, ...]:
        """The variant's own stream and those of its audio renditions, each once; None for what cannot be read."""
        uris = (variant.uri, *(r.uri for r in self.audio_of(playlist, variant) if r.uri is not None))
        return tuple(dict.fromkeys(self.stream(playlist, uri) for uri in uris))

    def is_audio_only(self, playlist: MultivariantPlaylist, variant: Variant) -> bool:
        """Whether nothing of the variant is a picture, by its media or, where that is unread, by its attributes."""
        if variant.is_iframes_only:
            return False
        own = self.stream(playlist, variant.uri)
        if own is not None and own.kind in {"video", "audio"}:
            return own.kind == "audio"
        names = {codec.lower()[:4] for codec in variant.codecs}
        return bool(names) and names <= AUDIO_CODES and variant.get("RESOLUTION") is None

    def has_picture(self, playlist: MultivariantPlaylist, variant: Variant) -> bool:
        """Whether the variant has a picture, by its media or its attributes; where neither tells, it has none."""
        own = self.stream(playlist, variant.uri)
        if variant.is_iframes_only or (own is not None and own.kind in {"video", "audio"}):
            return variant.is_iframes_only or own is None or own.kind == "video"
        names = {codec.lower()[:4] for codec in variant.codecs}
        return bool(names & PICTURE_CODES) or variant.get("RESOLUTION") is not None

    def faces(self, playlist: MultivariantPlaylist) -> tuple[Stream, ...]:
        """The audio and video streams of a multivariant playlist, each once, without I-frames and words."""
        words = {r.uri for r in playlist.renditions if r.kind in {"SUBTITLES", "CLOSED-CAPTIONS"}}
        uris = (*(v.uri for v in playlist.playable), *(r.uri for r in playlist.renditions if r.uri not in words))
        found = dict.fromkeys(self.stream(playlist, uri) for uri in uris if uri is not None)
        return tuple(s for s in found if s and s.kind != "text" and not s.playlist.is_iframes_only)

    def measure(self, playlist: MultivariantPlaylist, variant: Variant) -> Rates | None:
        """The rates of the heaviest combination; None while any part of it could not be weighed.

        RFC8216bis section 4.4.6.2: the largest sum over all playable combinations, so the variant's own stream with
        the heaviest member of its audio group, and the heaviest words beside them. Where the audio is the variant's own
        playlist it counts once; words that could not be weighed count nothing.
        """
        own, *others = self.heard_and_seen(playlist, variant)
        if own is None or own.peak is None or own.average_bps is None:
            return None
        peak_bps, average_bps = Fraction(0), Fraction(0)
        where, where_audio = f"{own.file} at {float(own.peak.start_s):.1f} s", ""
        for other in others:
            if other is None or other.peak is None or other.average_bps is None:
                return None
            if other.peak.rate_bps > peak_bps:
                peak_bps, where_audio = other.peak.rate_bps, f" + {other.file} at {float(other.peak.start_s):.1f} s"
            average_bps = max(average_bps, other.average_bps)
        words = self.words_of(playlist, variant)
        peak_bps += max((each.peak.rate_bps for each in words if each.peak), default=Fraction(0))
        average_bps += max((each.average_bps for each in words if each.average_bps), default=Fraction(0))
        return Rates(own.peak.rate_bps + peak_bps, own.average_bps + average_bps, where + where_audio)


# The sample entries and MPEG-TS codes of sound, in lower case and without what follows the dot.
AUDIO_CODES = frozenset({"mp4a", "ac-3", "ec-3", "ac-4", "opus", "flac", "alac", "mhm1", "mp3"})
# Those of pictures.
PICTURE_CODES = frozenset({"avc1", "avc3", "hvc1", "hev1", "av01", "vp09", "dvh1", "dvhe", "mp4v"})
