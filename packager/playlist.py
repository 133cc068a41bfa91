"""Prints HLS playlists (RFC 8216 and draft-pantos-hls-rfc8216bis) and measures the bit rates they state."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain, pairwise
from math import lcm

from packager.loudness import Loudness

# EXT-X-MAP in a playlist that is not I-frames-only needs 6, and nothing of ours needs more (8216bis section 8).
MEDIA_PLAYLIST_VERSION = 6
# WebVTT has no init segment; 3 allows fractions in EXTINF.
WORDS_PLAYLIST_VERSION = 3
# In one that is, 5 is enough.
IFRAME_PLAYLIST_VERSION = 5

INIT_NAME = "init.mp4"
PLAYLIST_NAME = "playlist.m3u8"
IFRAME_PLAYLIST_NAME = "iframes.m3u8"
WORDS_GROUP = "lyrics"


@dataclass(frozen=True, slots=True)
class Place:
    """Where some bytes of a rung are: a file in its folder, all of it (`offset` is None) or from a byte on."""

    uri: str
    size_bytes: int
    offset: int | None = None

    def __post_init__(self) -> None:
        assert self.size_bytes > 0
        assert self.offset is None or self.offset >= 0


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a media playlist, and how long it lasts."""

    place: Place
    duration: Fraction

    def __post_init__(self) -> None:
        assert self.duration > 0

    @property
    def size_bytes(self) -> int:
        """How many bytes a player fetches."""
        return self.place.size_bytes


@dataclass(frozen=True, slots=True)
class RungHead:
    """What stands before the segments of a rung: its init segment, and where it is one file the index of them.

    `key_uri` is where the AES-128 key of the segments is, as seen from the rung's folder; None where they are clear.
    """

    init: Place
    index: Place | None = None
    key_uri: str | None = None


@dataclass(frozen=True, slots=True)
class EncodedRung:
    """A rung on disk: its folder within the package, what its init segment says, its segments in order.

    `codec` is what CODECS says of it. `iframes`: the I-frames of a video rung, each with the time to the next.
    `loudness` is that of a rung of sound.
    """

    folder: str
    codec: str
    timescale: int
    head: RungHead
    segments: tuple[Segment, ...]
    iframes: tuple[Segment, ...] = ()
    loudness: Loudness | None = None

    @property
    def playlist(self) -> str:
        """Where its media playlist is, within the package."""
        return f"{self.folder}/{PLAYLIST_NAME}"

    @property
    def iframe_playlist(self) -> str:
        """Where the playlist of its I-frames is, within the package."""
        return f"{self.folder}/{IFRAME_PLAYLIST_NAME}"


@dataclass(frozen=True, slots=True)
class Rendition:
    """An EXT-X-MEDIA of TYPE=AUDIO. `peak_bps` and `average_bps` are measured and added to each variant beside it.

    `bit_depth` and `sample_rate_hz` are said of lossless sound, where listeners choose by them.
    """

    group: str
    uri: str
    name: str
    language: str
    channels: int
    codec: str
    peak_bps: int
    average_bps: int
    bit_depth: int | None = None
    sample_rate_hz: int | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """An EXT-X-STREAM-INF with pictures, its sound in the group of `audio`."""

    uri: str
    codec: str
    width: int
    height: int
    frame_rate: Fraction
    peak_bps: int
    average_bps: int
    audio: Rendition
    video_range: str = "SDR"

    @property
    def bandwidth_bps(self) -> int:
        """Pictures and sound at their peaks (8216bis 4.4.6.2: the largest sum)."""
        return self.peak_bps + self.audio.peak_bps


@dataclass(frozen=True, slots=True)
class IFrameVariant:
    """An EXT-X-I-FRAME-STREAM-INF: the I-frames of a video rung, for trick play. It has no sound."""

    uri: str
    codec: str
    width: int
    height: int
    peak_bps: int
    average_bps: int
    video_range: str = "SDR"


@dataclass(frozen=True, slots=True)
class WordsRendition:
    """An EXT-X-MEDIA of TYPE=SUBTITLES. All of a package are in one group, beside every variant."""

    uri: str
    name: str
    language: str
    characteristics: str
    peak_bps: int
    average_bps: int


@dataclass(frozen=True, slots=True)
class SessionData:
    """An EXT-X-SESSION-DATA. `data_id` is in reverse DNS form (8216bis 4.4.6.4).

    `value` is what it says, or with `is_uri` where a file of JSON says it. Other files are named in a value: m3u8 6.0
    fails with a TypeError on the FORMAT=RAW that they would need.
    """

    data_id: str
    value: str
    is_uri: bool = False

    def __post_init__(self) -> None:
        assert not set('"\r\n') & {*self.data_id, *self.value}, "a quoted string cannot hold these"


@dataclass(frozen=True, slots=True)
class SessionKey:
    """An EXT-X-SESSION-KEY: the AES-128 key of all segments, told at once so that players get it early."""

    uri: str


def print_media_playlist(rung: EncodedRung, target_duration_s: int) -> str:
    """A finished VOD media playlist."""
    lines = _media_head(MEDIA_PLAYLIST_VERSION, target_duration_s, "#EXT-X-INDEPENDENT-SEGMENTS", rung.head)
    return _text([*lines, *_segment_lines(rung.segments), "#EXT-X-ENDLIST"])


def print_words_playlist(segments: Sequence[Segment], target_duration_s: int) -> str:
    """A finished playlist of WebVTT segments, which need no init segment."""
    lines = _vod_head(WORDS_PLAYLIST_VERSION, target_duration_s)
    return _text([*lines, *_segment_lines(segments), "#EXT-X-ENDLIST"])


def print_iframe_playlist(rung: EncodedRung, target_duration_s: int) -> str:
    """A finished playlist of I-frames (8216bis 4.4.3.6)."""
    is_numbered_alike = len(rung.iframes) == len(rung.segments)
    assert rung.head.key_uri is None or is_numbered_alike, "the number of an I-frame is the IV of its segment"
    lines = _media_head(IFRAME_PLAYLIST_VERSION, target_duration_s, "#EXT-X-I-FRAMES-ONLY", rung.head)
    return _text([*lines, *_segment_lines(rung.iframes), "#EXT-X-ENDLIST"])


def _media_head(version: int, target_duration_s: int, nature: str, head: RungHead) -> list[str]:
    """Up to the first segment. The key applies to what follows it: not to the init segment, which is clear."""
    init = head.init
    byte_range = "" if init.offset is None else f',BYTERANGE="{init.size_bytes}@{init.offset}"'
    key = () if head.key_uri is None else (f'#EXT-X-KEY:METHOD=AES-128,URI="{head.key_uri}"',)
    return [*_vod_head(version, target_duration_s), nature, f'#EXT-X-MAP:URI="{init.uri}"{byte_range}', *key]


def _vod_head(version: int, target_duration_s: int) -> list[str]:
    return [
        "#EXTM3U",
        f"#EXT-X-VERSION:{version}",
        f"#EXT-X-TARGETDURATION:{target_duration_s}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]


def _segment_lines(segments: Sequence[Segment]) -> Iterator[str]:
    for duration, segment in zip(_rounded_durations(segments), segments, strict=True):
        yield f"#EXTINF:{duration},"
        if segment.place.offset is not None:
            yield f"#EXT-X-BYTERANGE:{segment.place.size_bytes}@{segment.place.offset}"
        yield segment.place.uri


def print_multivariant(
    renditions: Iterable[Rendition],
    variants: Iterable[Variant],
    iframes: Iterable[IFrameVariant] = (),
    *,
    audio_only: bool,
    session: Iterable[SessionData | SessionKey] = (),
    words: Sequence[WordsRendition] = (),
) -> str:
    """A multivariant playlist.

    `variants` keep their order (the first is where players start). With `audio_only`, each rendition is also a
    variant alone, under its own URI: a player that crosses over fetches the very same segments. `words` may be shown
    with every variant, the audio-only ones too; each counts with the heaviest of them (8216bis 4.4.6.2). CODECS does
    not list them: WebVTT files are no sample type of RFC 6381, and Apple's own streams do not list them either.
    """
    renditions, variants, iframes = tuple(renditions), tuple(variants), tuple(iframes)
    # 8216bis 4.4.6.2: on all of them, unless all are SDR.
    says_range = {"SDR"} != {each.video_range for each in variants} | {each.video_range for each in iframes} | {"SDR"}
    lines = ["#EXTM3U", "#EXT-X-INDEPENDENT-SEGMENTS", *map(_session_line, session), *map(_media_line, renditions)]
    lines += map(_words_line, words)
    for variant in variants:
        lines += [_variant_line(variant, words, says_range=says_range), variant.uri]
    for rendition in renditions if audio_only else ():
        lines += [_audio_only_line(rendition, words), rendition.uri]
    return _text([*lines, *(_iframe_line(each, says_range=says_range) for each in iframes)])


def start_near(variants: Iterable[Variant], bandwidth_bps: int) -> tuple[Variant, ...]:
    """The variants with the one nearest to this bandwidth first, then the others from low to high.

    They keep together by codec, in the order in which the codecs come: players start with the first.
    """
    sets: dict[str, list[Variant]] = {}
    for variant in variants:
        sets.setdefault(variant.codec.partition(".")[0], []).append(variant)
    first, *others = (sorted(alike, key=lambda variant: variant.bandwidth_bps) for alike in sets.values())
    start = min(first, key=lambda variant: abs(variant.bandwidth_bps - bandwidth_bps))
    return (start, *(each for each in first if each is not start), *chain.from_iterable(others))


def measure_peak_bps(segments: Sequence[Segment], target_duration_s: int) -> int:
    """The peak segment bit rate of RFC 8216 section 4.1, bits per second.

    The largest over all runs of segments that last between 0.5 and 1.5 target durations, and never below the
    average: a busy last segment can be too short to be a run alone and too long to be one with its neighbour.
    """
    hz, starts, sizes = _lay_out(segments)
    target = target_duration_s * hz
    bits, ticks = 0, 1
    for first, start in enumerate(starts):
        for last in range(first + 1, len(starts)):
            lasting = starts[last] - start
            if 2 * lasting > 3 * target:
                break
            size = (sizes[last] - sizes[first]) * 8
            if 2 * lasting >= target and size * ticks > bits * lasting:
                bits, ticks = size, lasting
    return max(_ceil_divide(bits * hz, ticks), measure_average_bps(segments))


def measure_average_bps(segments: Sequence[Segment]) -> int:
    """All bits through all seconds."""
    hz, starts, sizes = _lay_out(segments)
    return _ceil_divide(sizes[-1] * 8 * hz, starts[-1])


def _lay_out(segments: Sequence[Segment]) -> tuple[int, list[int], list[int]]:
    """A clock in which all segments last whole ticks; when each begins, and how many bytes come before it.

    Both with the end. Rationals took longer than writing all playlists.
    """
    hz = lcm(*{segment.duration.denominator for segment in segments})
    starts = accumulate((each.duration.numerator * (hz // each.duration.denominator) for each in segments), initial=0)
    return hz, list(starts), list(accumulate((each.size_bytes for each in segments), initial=0))


def _ceil_divide(number: int, by: int) -> int:
    return -(-number // by)


def _rounded_durations(segments: Sequence[Segment]) -> list[str]:
    """Each duration with 6 decimals, chosen so that every sum from the start is right to half a microsecond."""
    hz, starts, _ = _lay_out(segments)
    micros = [(2 * start * 1_000_000 + hz) // (2 * hz) for start in starts]
    steps = (after - before for before, after in pairwise(micros))
    return [f"{step // 1_000_000}.{step % 1_000_000:06d}" for step in steps]


def _session_line(each: SessionData | SessionKey) -> str:
    if isinstance(each, SessionKey):
        return f'#EXT-X-SESSION-KEY:METHOD=AES-128,URI="{each.uri}"'
    return f'#EXT-X-SESSION-DATA:DATA-ID="{each.data_id}",{"URI" if each.is_uri else "VALUE"}="{each.value}"'


def _media_line(rendition: Rendition) -> str:
    depth = f"BIT-DEPTH={rendition.bit_depth}," if rendition.bit_depth else ""
    rate = f"SAMPLE-RATE={rendition.sample_rate_hz}," if rendition.sample_rate_hz else ""
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{rendition.group}",NAME="{rendition.name}",'
        f'LANGUAGE="{rendition.language}",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="{rendition.channels}",'
        f'{depth}{rate}URI="{rendition.uri}"'
    )


def _words_line(words: WordsRendition) -> str:
    characteristics = f'CHARACTERISTICS="{words.characteristics}",' if words.characteristics else ""
    return (
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{WORDS_GROUP}",NAME="{words.name}",LANGUAGE="{words.language}",'
        f'DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,{characteristics}URI="{words.uri}"'
    )


def _bandwidth(peak_bps: int, average_bps: int, words: Sequence[WordsRendition]) -> str:
    """Both rates of a variant, with the heaviest words that may be shown with it."""
    peak_bps += max((each.peak_bps for each in words), default=0)
    average_bps += max((each.average_bps for each in words), default=0)
    return f"BANDWIDTH={peak_bps},AVERAGE-BANDWIDTH={average_bps}"


def _beside(words: Sequence[WordsRendition]) -> str:
    return f',SUBTITLES="{WORDS_GROUP}"' if words else ""


def _variant_line(variant: Variant, words: Sequence[WordsRendition], *, says_range: bool) -> str:
    average_bps = variant.average_bps + variant.audio.average_bps
    return (
        f"#EXT-X-STREAM-INF:{_bandwidth(variant.bandwidth_bps, average_bps, words)},"
        f'CODECS="{variant.codec},{variant.audio.codec}",RESOLUTION={variant.width}x{variant.height},'
        f"FRAME-RATE={float(variant.frame_rate):.3f}{_range(variant, says_range=says_range)},"
        f'AUDIO="{variant.audio.group}"{_beside(words)}'
    )


def _audio_only_line(rendition: Rendition, words: Sequence[WordsRendition]) -> str:
    return (
        f"#EXT-X-STREAM-INF:{_bandwidth(rendition.peak_bps, rendition.average_bps, words)},"
        f'CODECS="{rendition.codec}",AUDIO="{rendition.group}"{_beside(words)}'
    )


def _range(variant: Variant | IFrameVariant, *, says_range: bool) -> str:
    return f",VIDEO-RANGE={variant.video_range}" if says_range else ""


def _iframe_line(variant: IFrameVariant, *, says_range: bool) -> str:
    return (
        f"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={variant.peak_bps},AVERAGE-BANDWIDTH={variant.average_bps},"
        f'CODECS="{variant.codec}",RESOLUTION={variant.width}x{variant.height}'
        f'{_range(variant, says_range=says_range)},URI="{variant.uri}"'
    )


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
