"""From playlist text to a presentation. Syntax is the `m3u8` library's work; meaning is ours.

Standard: RFC 8216bis sections 4.4 and 6.3.
"""

from dataclasses import replace
from fractions import Fraction
from urllib.parse import urljoin, urlsplit

import m3u8

from simulator.commands import Fetch, Part
from simulator.errors import BrokenPackageError, UnsupportedError
from simulator.presentation import ByteRange, Encryption, MediaPlaylist, Medium, Presentation, Resource, Rung, Segment

_VIDEO_CODECS = ("avc1", "avc3", "hvc1", "hev1", "av01", "vp09", "dvh1", "dvhe")


def parse_playlist(fetch: Fetch, body: bytes) -> Presentation | MediaPlaylist:
    """The playlist in the body that came for a fetch of one. Raises BrokenPackageError when it is none."""
    uri = fetch.resource.uri
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise BrokenPackageError(f"{uri}: not UTF-8 text, so it is no playlist (RFC 8216bis section 4)") from fault
    return (
        parse_multivariant_playlist(text, uri) if fetch.part is Part.MULTIVARIANT else parse_media_playlist(text, uri)
    )


def parse_multivariant_playlist(text: str, uri: str) -> Presentation:
    """The ladders that a multivariant playlist offers, audio-only variants apart from video variants.

    Of several kinds of sound (codec, channels) one is played: stereo AAC, or else the first. `uri` is where the text
    came from; relative URIs are resolved against it.
    Raises BrokenPackageError when it is no multivariant playlist, UnsupportedError when it has no audio-only variant.
    """
    parsed = _parse(text, uri)
    if not parsed.is_variant:
        raise BrokenPackageError(
            f"{uri}: this is a media playlist; give the multivariant playlist (master.m3u8) that names it"
        )
    every_sound = [variant for variant in parsed.playlists if _is_audio_only(variant)]
    sounds = _choose_sounds(parsed, every_sound)
    left_out = {variant.stream_info.audio for variant in every_sound if variant not in sounds}
    pictures = [
        variant
        for variant in parsed.playlists
        if not _is_audio_only(variant) and variant.stream_info.audio not in left_out
    ]
    audio = tuple(_audio_rung(variant, uri) for variant in sounds)
    if not audio:
        raise UnsupportedError(
            f"{uri}: it has no audio-only variant, so there is nothing to flip from; "
            "play master.m3u8, or package the song with midnote"
        )
    audio_by_group = {variant.stream_info.audio: rung for variant, rung in zip(sounds, audio, strict=True)}
    video = tuple(_video_rung(variant, uri, audio_by_group) for variant in _once_each(_of_one_codec(pictures)))
    return Presentation(uri, _cheapest_first(audio), _cheapest_first(video))


def parse_media_playlist(text: str, uri: str) -> MediaPlaylist:
    """The segments of one rung with their exact start times.

    Raises BrokenPackageError when it is no media playlist or has no segments, UnsupportedError when it is live.
    """
    parsed = _parse(text, uri)
    if parsed.is_variant:
        raise BrokenPackageError(f"{uri}: a media playlist was expected here, this is a multivariant playlist")
    if not parsed.is_endlist:
        raise UnsupportedError(f"{uri}: it has no EXT-X-ENDLIST, so it is live; midnote plays finished songs only")
    if _is_init_encrypted(text):
        raise UnsupportedError(f"{uri}: its EXT-X-KEY stands before EXT-X-MAP; midnote plays clear init segments only")
    maps = {(part.uri, part.byterange) for part in parsed.segment_map}
    if len(maps) > 1:
        raise UnsupportedError(f"{uri}: {len(maps)} different EXT-X-MAP sections; midnote plays rungs with one")
    init = _resource(uri, parsed.segment_map[0].uri, parsed.segment_map[0].byterange, None) if maps else None
    return MediaPlaylist(uri, init, _segments(parsed, uri))


def _parse(text: str, uri: str) -> m3u8.M3U8:
    if not text.lstrip("\ufeff").startswith("#EXTM3U"):
        raise BrokenPackageError(f"{uri}: it does not start with #EXTM3U, so it is no playlist")
    try:
        return m3u8.loads(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as fault:
        raise BrokenPackageError(f"{uri}: not a readable playlist ({type(fault).__name__}: {fault})") from fault


def _segments(parsed: m3u8.M3U8, uri: str) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    start_us = 0
    previous: Resource | None = None
    for part in parsed.segments:
        if part.duration is None:
            raise BrokenPackageError(f"{uri}: segment {len(segments)} ({part.uri}) has no EXTINF")
        previous = _resource(uri, part.uri, part.byterange, previous)
        duration_us = round(part.duration * 1_000_000)
        encryption = _encryption(part.key, uri, (parsed.media_sequence or 0) + len(segments))
        previous = replace(previous, is_encrypted=encryption is not None)
        segments.append(Segment(previous, start_us, duration_us, encryption))
        start_us += duration_us
    return tuple(segments)


def _is_init_encrypted(text: str) -> bool:
    """Whether a key applies to the init segment: every EXT-X-KEY applies to what follows it (4.4.4.4)."""
    before, found, _ = text.partition("#EXT-X-MAP:")
    keys = [line for line in before.splitlines() if line.startswith("#EXT-X-KEY:")] if found else []
    return bool(keys) and "METHOD=NONE" not in keys[-1]


def _encryption(key: m3u8.Key | None, base: str, media_sequence: int) -> Encryption | None:
    """How a segment under this key is encrypted; without an IV its media sequence number is one (4.4.4.4, 5.2)."""
    if key is None or key.method in {None, "NONE"}:
        return None
    if key.method != "AES-128" or key.keyformat not in {None, "identity"}:
        raise UnsupportedError(
            f"{base}: segments are encrypted with METHOD={key.method}; midnote plays clear ones, and AES-128"
        )
    iv = (key.iv or f"0x{media_sequence:x}").lower().removeprefix("0x").zfill(32)
    if not key.uri or len(iv) != 32 or set(iv) - set("0123456789abcdef"):
        raise BrokenPackageError(
            f"{base}: an EXT-X-KEY with URI {key.uri!r} and IV {key.iv!r}, which is no AES-128 key"
        )
    return Encryption(Resource(urljoin(base, key.uri)), iv)


def _resource(base: str, uri: str, byte_range: str | None, previous: Resource | None) -> Resource:
    """A resource named in the playlist `base`; a byte range without offset goes on where `previous` ended (4.4.4.2)."""
    absolute = urljoin(base, uri)
    if not byte_range:
        return Resource(absolute)
    length, _, offset = byte_range.partition("@")
    if offset:
        return Resource(absolute, ByteRange(int(offset), int(length)))
    if previous is None or previous.uri != absolute or previous.byte_range is None:
        raise BrokenPackageError(f"{base}: byte range {byte_range} of {uri} has no offset and nothing before it")
    return Resource(absolute, ByteRange(previous.byte_range.offset + previous.byte_range.length, int(length)))


def _of_one_codec(pictures: list[m3u8.Playlist]) -> list[m3u8.Playlist]:
    """The variants that a player keeps to: H.264, which every device decodes, or else the codec that comes first.

    A change of codec on the way would need another decoder, and is heard or seen.
    """
    sets: dict[str, list[m3u8.Playlist]] = {}
    for variant in pictures:
        sets.setdefault(_video_codec(variant), []).append(variant)
    return sets.get("avc1") or next(iter(sets.values()), [])


def _once_each(pictures: list[m3u8.Playlist]) -> list[m3u8.Playlist]:
    """The first variant of each media playlist: the same pictures stand beside several kinds of sound."""
    return list({variant.uri: variant for variant in reversed(pictures)}.values())[::-1]


def _video_codec(variant: m3u8.Playlist) -> str:
    """The code of its pictures, "avc1"; empty where CODECS does not name them."""
    names = (name.strip().partition(".")[0] for name in (variant.stream_info.codecs or "").split(","))
    return next((name for name in names if name in _VIDEO_CODECS), "")


def _choose_sounds(parsed: m3u8.M3U8, sounds: list[m3u8.Playlist]) -> list[m3u8.Playlist]:
    """The audio-only variants of one kind: a player that went from one to another would need another decoder."""
    channels = {media.group_id: media.channels for media in parsed.media if media.type == "AUDIO"}
    kinds = [
        ((variant.stream_info.codecs or "").partition(".")[0], channels.get(variant.stream_info.audio) or "2")
        for variant in sounds
    ]
    usual = ("mp4a", "2") if ("mp4a", "2") in kinds else next(iter(kinds), None)
    return [variant for variant, kind in zip(sounds, kinds, strict=True) if kind == usual]


def _is_audio_only(variant: m3u8.Playlist) -> bool:
    codecs = variant.stream_info.codecs or ""
    return variant.stream_info.resolution is None and not any(name in codecs for name in _VIDEO_CODECS)


def _audio_rung(variant: m3u8.Playlist, base: str) -> Rung:
    return _rung(variant, base, Medium.AUDIO, variant.stream_info.bandwidth, _average(variant))


def _video_rung(variant: m3u8.Playlist, base: str, audio_by_group: dict[str | None, Rung]) -> Rung:
    """A video rung at its own rates: the variant's BANDWIDTH counts the sound of its group as well (4.4.6.2)."""
    sound = audio_by_group.get(variant.stream_info.audio) if variant.stream_info.audio else None
    peak_bps = variant.stream_info.bandwidth - (sound.bandwidth_bps if sound else 0)
    average_bps = _average(variant) - (sound.average_bps if sound else 0)
    return _rung(variant, base, Medium.VIDEO, peak_bps, average_bps)


def _average(variant: m3u8.Playlist) -> int:
    return int(variant.stream_info.average_bandwidth or variant.stream_info.bandwidth)


def _rung(variant: m3u8.Playlist, base: str, medium: Medium, peak_bps: int, average_bps: int) -> Rung:
    width, height = variant.stream_info.resolution or (0, 0)
    uri = urljoin(base, variant.uri)
    codecs = variant.stream_info.codecs or ""
    frame_rate = Fraction(str(variant.stream_info.frame_rate or 0))
    return Rung(_name(uri), medium, uri, peak_bps, max(1, average_bps), codecs, width, height, frame_rate)


def _name(uri: str) -> str:
    """The folder of the rung's playlist, or the playlist's stem where it stands at the top: `aac-96`, `720p`."""
    *folders, file = urlsplit(uri).path.split("/")
    stem = file.rpartition(".")[0] or file
    return folders[-1] if folders and folders[-1] and stem in {"playlist", "index", "main"} else stem


def _cheapest_first(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    return tuple(sorted(rungs, key=lambda rung: rung.average_bps))
