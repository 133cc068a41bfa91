"""Small sources, made in code: sines and noise that correlate in one place only, pictures that show their number."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 192, 108
CELLS = 12

Sound = NDArray[np.float32]


def make_sound(seconds: float, rate: int = 48_000, channels: int = 2, seed: int = 1) -> Sound:
    """Noise under a falling sine: float32, shape (samples, channels), peak below 0.6. The channels are not alike."""
    count = round(seconds * rate)
    time = np.arange(count) / rate
    noise = np.random.default_rng(seed).normal(0, 0.08, (count, channels))
    sine = 0.25 * np.sin(2 * np.pi * (900 * time - 20 * time**2))
    return np.clip(noise + sine[:, None], -0.6, 0.6).astype(np.float32)


def draw_number(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """A yuv420p picture with the number in 12 cells across, white for 1, most significant first."""
    luma = np.zeros((height, width), np.uint8)
    for cell in range(CELLS):
        bit = number >> (CELLS - 1 - cell) & 1
        luma[:, cell * width // CELLS : (cell + 1) * width // CELLS] = 230 if bit else 20
    return np.concatenate([luma, np.full((height // 2, width), 128, np.uint8)])


def read_number(picture: av.VideoFrame) -> int:
    """The number in a picture of any size."""
    luma = picture.to_ndarray(format="gray")
    cells = np.array_split(luma[luma.shape[0] // 4 : -luma.shape[0] // 4], CELLS, axis=1)
    bits = [int(cell[:, cell.shape[1] // 4 : -cell.shape[1] // 4].mean() > 125) for cell in cells]
    return sum(bit << (CELLS - 1 - index) for index, bit in enumerate(bits))


def write_media(
    path: Path,
    *,
    sound: Sound | None = None,
    sound_rate: int = 48_000,
    sound_start: Fraction = Fraction(0),
    sound_codec: str = "flac",
    pictures: Iterable[Fraction] = (),
    picture_rate: Fraction = Fraction(25),
    size: tuple[int, int] = (WIDTH, HEIGHT),
    options: dict[str, str] | None = None,
    language: str | None = None,
) -> Path:
    """A media file: lossless sound, and H.264 pictures shown at the times given, numbered from 0."""
    times = list(pictures)
    with av.open(str(path), "w") as container:
        if times:
            video = container.add_stream(
                "libx264", rate=picture_rate, options={"preset": "ultrafast", **(options or {})}
            )
            video.width, video.height, video.pix_fmt = *size, "yuv420p"
            video.codec_context.time_base = Fraction(1, 90_000)
        if sound is not None:
            layout = {1: "mono", 2: "stereo", 6: "5.1"}[sound.shape[1]]
            audio = container.add_stream(sound_codec, rate=sound_rate, layout=layout)
            if language is not None:
                audio.metadata["language"] = language
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(draw_number(number, *size), format="yuv420p")
            frame.pts, frame.time_base = round(time * 90_000), Fraction(1, 90_000)
            container.mux(video.encode(frame))
        if times:
            container.mux(video.encode(None))
        if sound is not None:
            samples = np.ascontiguousarray((sound * 32767).round().astype(np.int16).reshape(1, -1))
            for start in range(0, len(sound), 4096):
                channels = sound.shape[1]
                part = np.ascontiguousarray(samples[:, start * channels : (start + 4096) * channels])
                block = av.AudioFrame.from_ndarray(part, format="s16", layout=layout)
                block.sample_rate, block.time_base = sound_rate, Fraction(1, sound_rate)
                block.pts = start + round(sound_start * sound_rate)
                container.mux(audio.encode(block))
            container.mux(audio.encode(None))
    return path


def steady(count: int, rate: Fraction | int = 25, start: Fraction = Fraction(0)) -> list[Fraction]:
    """The times of `count` frames at a constant rate."""
    return [start + Fraction(number) / rate for number in range(count)]
