"""Finds out what a source file holds, by reading all of it once: headers of real files are often wrong.

The sound is decoded and counted, which is what makes exact planning possible and finds damage before any encoding.
Of the video only the packets are read, and one frame decoded.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.sidedata.sidedata import Type as SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from packager.choosing import choose_audio, choose_video, note_choice
from packager.colour import HD_COLOUR, Colour, assume_colour
from packager.damage import check_pauses, note_pauses
from packager.decode import Fault, decode_stream, has_decode_times_only, time_of
from packager.errors import InputError, UnsupportedError
from packager.opening import MAX_PICTURE_PIXELS, name_of, open_source
from packager.probe_sound import probe_sound
from packager.sources import USUAL_STREAMS, AudioTrack, Source, StreamChoice, Turn, VideoTrack, WideColour
from packager.timing import choose_frame_rate, round_half_up

# Containers whose header states the duration of each stream, or of the whole file; others have it guessed from the bit
# rate. (For Matroska, FFmpeg may give the file's duration to a stream that has none.)
_STATE_EACH_STREAM = {"mov", "flac", "wav"}
_STATE_WHOLE_FILE = {"matroska"}
_SHORT_BY = Fraction(1, 2)

_UNSPECIFIED = 2
_NAMED_MATRICES = {1, 5, 6}
_BT_2020 = 9
# Curves of H.273 that displays of BT.1886 show (14 and 15 are those of BT.2020), and those that say nothing.
_SDR_TRANSFERS = {0, 1, _UNSPECIFIED, 3, 6, 14, 15}
# Encoders write pixel aspects such as 399/400 to make up for a size rounded to even. Nobody sees that.
_LEAST_VISIBLE_STRETCH = Fraction(1, 200)


def probe_source(
    path: Path,
    *,
    wants_audio: bool = True,
    wants_video: bool = True,
    streams: StreamChoice = USUAL_STREAMS,
) -> Source:
    """What the file holds. Only tracks that are wanted are looked at, and a wanted one may be absent.

    `streams` chooses where there are several.

    Raises InputError when the file cannot be read to its end, UnsupportedError when its video cannot be packaged.
    """
    with open_source(path) as container:
        audio = choose_audio(path, container, streams.audio) if wants_audio else None
        video = choose_video(path, container, streams.video) if wants_video else None
        audio_track, notes = probe_sound(path, audio) if audio else (None, ())
        video_track, video_notes = _probe_video(path, container, video) if video else (None, ())
        notes = (*notes, *video_notes)
        ends = {
            stream.index: track.start + track.duration if track else Fraction(0)
            for stream, track in ((audio, audio_track), (video, video_track))
            if stream
        }
        _check_is_whole(path, container, ends)
        _check_holds_something(path, audio, audio_track, "sound")
        _check_holds_something(path, video, video_track, "frames")
        if audio and streams.audio is None:
            notes = (*note_choice(path, container, audio), *notes)
        if video and streams.video is None:
            notes = (*note_choice(path, container, video), *notes)
    return Source(
        name=name_of(path),
        size_bytes=path.stat().st_size,
        sha256=_hash(path),
        audio=audio_track,
        video=video_track,
        notes=notes,
    )


def _check_holds_something(
    path: Path, stream: AudioStream | VideoStream | None, track: AudioTrack | VideoTrack | None, what: str
) -> None:
    if stream is not None and track is None:
        raise InputError(f"{name_of(path)}: its {stream.type} stream holds no {what}; export it again")


def _probe_video(
    path: Path, container: InputContainer, stream: VideoStream
) -> tuple[VideoTrack | None, tuple[str, ...]]:
    tick = Fraction(stream.time_base or 1)
    is_timed_by_decoding = has_decode_times_only(container)
    shown_ticks: list[int] = []
    end_ticks = coded_bytes = 0
    try:
        for packet in container.demux(stream):
            coded_bytes += packet.size
            ticks = packet.dts if is_timed_by_decoding else packet.pts
            if ticks is not None and packet.size and not packet.is_discard:
                shown_ticks.append(ticks)
                end_ticks = max(end_ticks, ticks + (packet.duration or 0))
    except FFmpegError as error:
        raise InputError(
            f"{name_of(path)}: cannot be read beyond {float(end_ticks * tick):.2f} s ({error.strerror}): "
            "the file is damaged or cut short; export it again"
        ) from error
    if not shown_ticks:
        return None, ()
    first_tick, end = min(shown_ticks), end_ticks * tick
    frame = _first_frame(path, stream.index)
    start = time_of(frame, first_tick * tick)
    shown = [time for time in (ticks * tick for ticks in sorted(shown_ticks)) if time >= start]
    rate = choose_frame_rate(shown, tick, stream.guessed_rate)
    turn = _read_turn(path, frame)
    width, height = _shown_size(path, stream, frame, turn)
    track = VideoTrack(
        index=stream.index,
        codec=stream.codec.canonical_name,
        width=width,
        height=height,
        turn=turn,
        is_interlaced=frame.interlaced_frame,
        colour=_read_colour(path, frame),
        frame_rate=rate,
        frame_count=len(shown),
        start=start,
        duration=max(end, shown[-1] + 1 / rate) - start,
        coded_bytes=coded_bytes,
        last_frame=shown[-1] - start,
        wide=_read_wide(frame),
    )
    check_pauses(name_of(path), (*shown, end) if len(shown) > 1 else shown)
    return track, (*_note_wide(name_of(path), track), *note_pauses(name_of(path), shown))


def _note_wide(name: str, track: VideoTrack) -> Iterator[str]:
    if track.wide is WideColour.GAMMA:
        yield f"{name}: its colours are those of BT.2020; they are brought to BT.709 by ITU-R BT.2087, others cut off"
    elif track.wide is not None:
        yield f"{name}: its picture is HDR ({track.wide.name}); it is brought to SDR (BT.709) by ITU-R BT.2446 method C"


def _first_frame(path: Path, index: int) -> VideoFrame:
    with open_source(path) as container:
        stream = container.streams[index]
        assert isinstance(stream, VideoStream)
        for frame in decode_stream(container, stream, path):
            if not isinstance(frame, Fault):
                assert isinstance(frame, VideoFrame)
                return frame
        # A decoder tells no size when it finds more pixels than `open_source` allows.
        reason = "the file is damaged" if stream.width else "it is damaged, or its picture is larger than 8K"
    raise InputError(f"{name_of(path)}: no frame of its video can be decoded: {reason}; export it again")


def _read_turn(path: Path, frame: VideoFrame) -> Turn:
    """How the display matrix of the file wants the picture turned."""
    matrix = frame.side_data.get(SideData.DISPLAYMATRIX)  # type: ignore[call-overload]  # PyAV's stub wants a str
    if matrix is None:
        return Turn.NONE
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
    if not any((a, b, c, d)):  # a matrix of zeros shows nothing: players take it for one that was never written
        return Turn.NONE
    signs = tuple((value > 0) - (value < 0) for value in (a, b, c, d))
    if signs not in {turn.value for turn in Turn}:
        raise UnsupportedError(f"{name_of(path)}: its picture is turned by an odd angle; turn it in an editor first")
    return Turn(signs)


def _shown_size(path: Path, stream: VideoStream, frame: VideoFrame, turn: Turn) -> tuple[int, int]:
    """Width and height in square pixels, upright. The narrower direction is stretched, so that no detail is lost."""
    aspect = Fraction(stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or 1) or Fraction(1)
    width, height = Fraction(frame.width), Fraction(frame.height)
    if abs(aspect - 1) < _LEAST_VISIBLE_STRETCH:
        aspect = Fraction(1)
    if aspect >= 1:
        width *= aspect
    else:
        height /= aspect
    size = round_half_up(width), round_half_up(height)
    if size[0] * size[1] > MAX_PICTURE_PIXELS:
        raise UnsupportedError(
            f"{name_of(path)}: its picture is {size[0]}x{size[1]} in square pixels, and at most 8K is packaged: "
            "scale it down first"
        )
    return size[::-1] if turn.swaps_sides else size


def _read_wide(frame: VideoFrame) -> WideColour | None:
    """How its colours go beyond those of BT.709; None where they do not, or in a way that we do not know."""
    transfer = int(frame.color_trc)
    if transfer in {WideColour.PQ.value, WideColour.HLG.value}:
        return WideColour(transfer)
    is_wide = int(frame.colorspace) == _BT_2020 and int(frame.color_primaries) in {0, _UNSPECIFIED, 3, _BT_2020}
    return WideColour.GAMMA if is_wide and transfer in _SDR_TRANSFERS else None


def _read_colour(path: Path, frame: VideoFrame) -> Colour:
    """The colour of the package: that of the source, or where it does not say, what players would assume."""
    if _read_wide(frame) is not None:
        return HD_COLOUR
    assumed = assume_colour(frame.height)
    matrix = int(frame.colorspace)
    if matrix in {_UNSPECIFIED, 0, 3}:
        return assumed
    if matrix not in _NAMED_MATRICES:
        raise UnsupportedError(
            f"{name_of(path)}: its colours (H.273: primaries {int(frame.color_primaries)}, transfer "
            f"{int(frame.color_trc)}, matrix {matrix}) are neither those of BT.601, BT.709 nor BT.2020: "
            "export it in BT.709"
        )
    named = HD_COLOUR if matrix == 1 else Colour(matrix, 6, matrix)
    primaries, transfer = int(frame.color_primaries), int(frame.color_trc)
    return Colour(
        primaries=named.primaries if primaries in {0, _UNSPECIFIED, 3} else primaries,
        transfer=named.transfer if transfer in {0, _UNSPECIFIED, 3} else transfer,
        matrix=matrix,
    )


def _check_is_whole(path: Path, container: InputContainer, ends: Mapping[int, Fraction]) -> None:
    """Compare what was found (ends of the tracks that were read, by stream index) with what the header says."""
    formats = set(container.format.name.split(","))
    if _STATE_EACH_STREAM & formats:
        for index, end in ends.items():
            stream = container.streams[index]
            if stream.duration and stream.time_base:
                declared = ((stream.start_time or 0) + stream.duration) * stream.time_base
                _check_end(path, f"its {stream.type}", end, declared)
    elif _STATE_WHOLE_FILE & formats and container.duration and ends:
        found = max(*ends.values(), _last_packet_end(path))
        _check_end(path, "it", found, Fraction(container.duration, av.time_base))


def _check_end(path: Path, what: str, found: Fraction, declared: Fraction) -> None:
    if declared - found > max(_SHORT_BY, declared / 50):
        raise InputError(
            f"{name_of(path)}: {what} ends at {float(found):.2f} s but the header says {float(declared):.2f} s: "
            "the file is cut short; export or download it again"
        )


def _last_packet_end(path: Path) -> Fraction:
    """When the last packet of any stream ends."""
    ends_ticks: dict[int, int] = {}
    with open_source(path) as container:
        for packet in container.demux():
            if packet.pts is not None:
                index, end = packet.stream_index, packet.pts + (packet.duration or 0)
                ends_ticks[index] = max(ends_ticks.get(index, 0), end)
        ends = [end * Fraction(container.streams[index].time_base or 1) for index, end in ends_ticks.items()]
    return max(ends, default=Fraction(0))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
