"""Describes copied rungs: their names, the playlists of their package, and its index."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from packager.coded import CodedPictures, CodedSound
from packager.copyindex import CopiedAudioRung, CopiedFile, CopiedVideoRung, CopyIndex
from packager.copyplan import CopyPlan
from packager.dash import PictureRung, SoundRung, TextFile, print_manifest
from packager.deliveries import note_delivery, record_delivery
from packager.delivery import Delivery
from packager.describe import print_entrances, record_grid
from packager.ladder import AudioCodec, VideoCodec, pair_with_audio
from packager.playlist import (
    EncodedRung,
    IFrameVariant,
    Rendition,
    SessionData,
    SessionKey,
    Variant,
    WordsRendition,
    measure_average_bps,
    measure_peak_bps,
    print_iframe_playlist,
    print_media_playlist,
)
from packager.timemap import identity_map

CopiedPictures = tuple[CodedPictures, EncodedRung]
CopiedSound = tuple[CodedSound, EncodedRung]


def name_pictures(pictures: Sequence[CodedPictures], rates_bps: Sequence[int]) -> tuple[str, ...]:
    """Names for video rungs: "720p" by the short side, with the bit rate where there are two of a size.

    "hevc-720p" where it is not of H.264.
    """
    codecs = ("" if each.codec is VideoCodec.H264 else f"{each.codec.value}-" for each in pictures)
    sizes = (f"{min(each.width, each.height)}p" for each in pictures)
    return _tell_apart([codec + size for codec, size in zip(codecs, sizes, strict=True)], rates_bps)


def name_sounds(sounds: Sequence[CodedSound], rates_bps: Sequence[int]) -> tuple[str, ...]:
    """Names for audio rungs: "aac-160", "flac"."""
    names = [
        each.codec.value if each.bit_depth is not None else f"{each.codec.value}-{round(rate / 1000)}"
        for each, rate in zip(sounds, rates_bps, strict=True)
    ]
    return _tell_apart(names, rates_bps)


def _tell_apart(names: Sequence[str], rates_bps: Sequence[int]) -> tuple[str, ...]:
    counts = Counter(names)
    longer = [
        name if counts[name] == 1 else f"{name}-{rate // 1000}" for name, rate in zip(names, rates_bps, strict=True)
    ]
    counts = Counter(longer)
    return tuple(name if counts[name] == 1 else f"{name}-{at}" for at, name in enumerate(longer, 1))


def print_copied(
    plan: CopyPlan,
    videos: Sequence[CopiedPictures],
    audios: Sequence[CopiedSound],
    language: str,
    session: Sequence[SessionData | SessionKey],
    words: Sequence[WordsRendition],
) -> dict[str, str]:
    """Every playlist of the package: path within it, and text.

    Videos by codec and highest first, audios lowest first.
    """
    target = plan.grid.target_duration_s
    playlists = {rung.playlist: print_media_playlist(rung, target) for _, rung in (*audios, *videos)}
    playlists |= {rung.iframe_playlist: print_iframe_playlist(rung, target) for _, rung in videos if rung.iframes}
    renditions = tuple(_rendition(sound, rung, language, target) for sound, rung in audios)
    first, *others = (tuple(_variants(plan, videos, each)) for each in _sort_by_codec(audios, renditions))
    iframes = tuple(_iframe_variant(picture, rung, target) for picture, rung in reversed(videos) if rung.iframes)
    return playlists | print_entrances(
        renditions, first, iframes, others=tuple(chain.from_iterable(others)), session=session, words=words
    )


def print_copied_manifest(
    title: str,
    language: str,
    videos: Sequence[CopiedPictures],
    audios: Sequence[CopiedSound],
    texts: Sequence[TextFile],
) -> str:
    """The DASH manifest of the same segments."""
    sounds = [SoundRung(_name(rung), rung, sound.channels) for sound, rung in audios]
    pictures = [PictureRung(_name(rung), rung, each.width, each.height, each.frame_rate) for each, rung in videos]
    return print_manifest(title, language, sounds, pictures, texts=texts)


def index_copied(
    title: str,
    sources: tuple[CopiedFile, ...],
    plan: CopyPlan,
    videos: Sequence[CopiedPictures],
    audios: Sequence[CopiedSound],
    delivery: Delivery,
) -> CopyIndex:
    """The index, its files not yet listed."""
    target = plan.grid.target_duration_s
    audio_rungs = tuple(_audio_record(sound, rung, target) for sound, rung in audios)
    paired = _pair(videos, sum(sound.codec is AudioCodec.AAC for sound, _ in audios))
    return CopyIndex(
        title=title,
        sources=sources,
        grid=record_grid(plan.grid),
        video_rungs=tuple(
            _video_record(picture, rung, target, audio_rungs[at].name)
            for (picture, rung), at in zip(videos, paired, strict=True)
        ),
        audio_rungs=audio_rungs,
        priming_samples=plan.priming_samples,
        time_map=identity_map(plan.grid.duration) if videos else None,
        notes=(*plan.notes, *note_delivery(delivery)),
        files=(),
        delivery=record_delivery(delivery),
    )


def _rendition(sound: CodedSound, rung: EncodedRung, language: str, target_duration_s: int) -> Rendition:
    return Rendition(
        group=_name(rung),
        uri=rung.playlist,
        name="Song",
        language=language,
        channels=sound.channels,
        codec=rung.codec,
        peak_bps=measure_peak_bps(rung.segments, target_duration_s),
        average_bps=measure_average_bps(rung.segments),
        bit_depth=sound.bit_depth,
        sample_rate_hz=sound.sample_rate_hz if sound.bit_depth is not None else None,
    )


def _sort_by_codec(audios: Sequence[CopiedSound], renditions: Sequence[Rendition]) -> list[list[Rendition]]:
    """The renditions of each codec, AAC first: a player stays with one."""
    sets: dict[AudioCodec, list[Rendition]] = {}
    for (sound, _), rendition in zip(audios, renditions, strict=True):
        sets.setdefault(sound.codec, []).append(rendition)
    return list(sets.values())


def _variants(plan: CopyPlan, videos: Sequence[CopiedPictures], renditions: Sequence[Rendition]) -> Iterator[Variant]:
    paired = _pair(videos, len(renditions))
    for (picture, rung), audio in zip(videos, paired, strict=True):
        yield Variant(
            uri=rung.playlist,
            codec=rung.codec,
            width=picture.width,
            height=picture.height,
            frame_rate=picture.frame_rate,
            peak_bps=measure_peak_bps(rung.segments, plan.grid.target_duration_s),
            average_bps=measure_average_bps(rung.segments),
            audio=renditions[audio],
            video_range=picture.video_range,
        )


def _pair(videos: Sequence[CopiedPictures], sounds: int) -> tuple[int, ...]:
    """For each video rung the index of the audio rung beside it; the rungs of each codec are a set of their own."""
    sets = Counter(picture.codec for picture, _ in videos)
    return tuple(chain.from_iterable(pair_with_audio(count, sounds) for count in sets.values()))


def _iframe_variant(picture: CodedPictures, rung: EncodedRung, target_duration_s: int) -> IFrameVariant:
    return IFrameVariant(
        uri=rung.iframe_playlist,
        codec=rung.codec,
        width=picture.width,
        height=picture.height,
        peak_bps=measure_peak_bps(rung.iframes, target_duration_s),
        average_bps=measure_average_bps(rung.iframes),
        video_range=picture.video_range,
    )


def _video_record(picture: CodedPictures, rung: EncodedRung, target_duration_s: int, audio: str) -> CopiedVideoRung:
    return CopiedVideoRung(
        name=_name(rung),
        source=picture.file,
        playlist=rung.playlist,
        iframe_playlist=rung.iframe_playlist if rung.iframes else None,
        codec=rung.codec,
        width=picture.width,
        height=picture.height,
        peak_bps=measure_peak_bps(rung.segments, target_duration_s),
        average_bps=measure_average_bps(rung.segments),
        audio_rung=audio,
    )


def _audio_record(sound: CodedSound, rung: EncodedRung, target_duration_s: int) -> CopiedAudioRung:
    return CopiedAudioRung(
        name=_name(rung),
        source=sound.file,
        playlist=rung.playlist,
        codec=rung.codec,
        channels=sound.channels,
        sample_rate_hz=sound.sample_rate_hz,
        peak_bps=measure_peak_bps(rung.segments, target_duration_s),
        average_bps=measure_average_bps(rung.segments),
    )


def _name(rung: EncodedRung) -> str:
    return rung.folder.rpartition("/")[2]
