"""Chooses the streams of a file: the one asked for, else the one that FFmpeg would play. A cover is never a video."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from packager.errors import InputError, UnsupportedError
from packager.opening import name_of


def choose_audio(path: Path, container: InputContainer, number: int | None) -> AudioStream | None:
    """Audio stream `number` (0 is the first one), or the best; None where there is none and none was asked for.

    Raises InputError when there is no such stream, UnsupportedError when nobody knows its coding.
    """
    streams = container.streams.audio
    best = container.streams.best("audio")
    found = _pick(path, "audio", streams, number, best if isinstance(best, AudioStream) else None)
    return found if isinstance(found, AudioStream) else None


def choose_video(path: Path, container: InputContainer, number: int | None) -> VideoStream | None:
    """Video stream `number` (covers do not count), or the best; None where there is none and none was asked for.

    Raises as `choose_audio` does.
    """
    moving = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    best = container.streams.best("video")
    if not isinstance(best, VideoStream) or best not in moving:
        best = max(moving, key=lambda each: each.width * each.height, default=None) if _all_known(moving) else None
    found = _pick(path, "video", moving, number, best)
    return found if isinstance(found, VideoStream) else None


def _pick(
    path: Path,
    kind: str,
    streams: Sequence[AudioStream | VideoStream],
    number: int | None,
    best: AudioStream | VideoStream | None,
) -> AudioStream | VideoStream | None:
    if number is not None and not 0 <= number < len(streams):
        raise InputError(
            f"{name_of(path)}: has no {kind} stream {number}; it has {len(streams)}, counted from 0"
            + (f" ({', '.join(_list(streams))})" if streams else "")
        )
    if not streams:
        return None
    chosen = streams[number] if number is not None else best or streams[0]
    if not _is_known(chosen):
        raise UnsupportedError(
            f"{name_of(path)}: its {kind} is in no coding that can be read: export it in a common one "
            f"({'AAC or FLAC' if kind == 'audio' else 'H.264'})"
        )
    return chosen


def note_choice(path: Path, container: InputContainer, chosen: AudioStream | VideoStream) -> tuple[str, ...]:
    """What is told where there was a choice and the user made none."""
    kind = chosen.type
    streams = container.streams.audio if kind == "audio" else container.streams.video
    others = [each for each in streams if not each.disposition & Disposition.attached_pic]
    if len(others) < 2:
        return ()
    listed = ", ".join(_list(others))
    what = f"has {len(others)} {kind} streams ({listed}); number {others.index(chosen)} is packaged"
    return (f"{name_of(path)}: {what}, and --{kind}-stream N takes another",)


def _list(streams: Sequence[AudioStream | VideoStream]) -> Iterator[str]:
    for number, stream in enumerate(streams):
        coding = stream.codec_context.name if _is_known(stream) else "unknown"
        yield " ".join(filter(None, (f"{number}: {coding}", stream.metadata.get("language"))))


def _is_known(stream: AudioStream | VideoStream) -> bool:
    # PyAV's stub promises a context; a stream that no decoder claims has none.
    return getattr(stream, "codec_context", None) is not None


def _all_known(streams: Sequence[VideoStream]) -> bool:
    return all(map(_is_known, streams))
