"""Audio groups beside AAC in whole packages: lossless to the bit, Opus and surround in their place."""

import wave
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from media_makers import make_sound, steady, write_media
from numpy.typing import NDArray

from packager.audiogroups import AudioWishes
from packager.boxes import need_box, read_boxes
from packager.boxfields import read_tracks
from packager.build import build_package
from packager.inspection import lint_folder
from packager.ladder import AudioCodec
from packager.lint.finding import Profile
from packager.manifest import PackageIndex
from packager.wishes import PackageWishes

ALL = AudioWishes((AudioCodec.FLAC, AudioCodec.OPUS))
SECONDS = 9

Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Packaged:
    """A package with what went into it."""

    folder: Path
    index: PackageIndex
    song: Integers


def write_wav(path: Path, samples: Integers, rate: int, width: int) -> Path:
    """Samples of 2 or 3 bytes: int32, shape (n, channels)."""
    packed = np.ascontiguousarray(samples.astype("<i4")).view(np.uint8).reshape(*samples.shape, 4)[..., :width]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(packed.tobytes())
    return path


def make_integers(rate: int, bits: int, channels: int = 2) -> Integers:
    """Noise and a sine to full scale, with both extremes in it."""
    full = 1 << bits - 1
    song = np.rint(make_sound(SECONDS, rate, channels) * full).astype(np.int32)
    song[100], song[101] = -full, full - 1
    return song


def read_rung(rung: Path) -> BytesIO:
    parts = [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]
    return BytesIO(b"".join(part.read_bytes() for part in parts))


def decode_integers(rung: Path, bits: int) -> Integers:
    with av.open(read_rung(rung)) as container:
        frames = [frame.to_ndarray().reshape(-1, frame.layout.nb_channels) for frame in container.decode(audio=0)]
    joined = np.concatenate(frames).astype(np.int32)
    return joined if bits == 16 else joined >> 8


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    """9 s at 44.1 kHz and 24 bit beside 25 fps: segments of 3.84, 3.84 and 1.32 s."""
    folder = tmp_path_factory.mktemp("audio")
    song = make_integers(44_100, 24)
    audio = write_wav(folder / "song.wav", song, 44_100, 3)
    video = write_media(folder / "video.mkv", pictures=steady(SECONDS * 25), size=(256, 240))
    return Packaged(folder / "package", build_package(audio, video, folder / "package", PackageWishes(audio=ALL)), song)


def test_flac_is_the_song_bit_for_bit_and_silence_after_it(package: Packaged) -> None:
    decoded = decode_integers(package.folder / "audio/flac", 24)
    assert np.array_equal(decoded[: len(package.song)], package.song)
    assert not decoded[len(package.song) :].any()
    (rung,) = (each for each in package.index.audio_rungs if each.name == "flac")
    assert (rung.sample_rate_hz, rung.bit_depth, rung.packet_samples) == (44_100, 24, 4032)
    assert rung.worst_boundary_error == 0


@pytest.mark.parametrize(("rate", "bits"), [(48_000, 16), (96_000, 24), (22_050, 16)])
def test_flac_keeps_rate_and_depth(rate: int, bits: int, tmp_path: Path) -> None:
    song = make_integers(rate, bits)
    wav = write_wav(tmp_path / "song.wav", song, rate, bits // 8)
    build_package(wav, None, tmp_path / "package", PackageWishes(audio=AudioWishes((AudioCodec.FLAC,))))
    assert np.array_equal(decode_integers(tmp_path / "package/audio/flac", bits)[: len(song)], song)


def test_mono_becomes_two_channels_that_are_both_the_song(tmp_path: Path) -> None:
    song = make_integers(44_100, 16, channels=1)
    wav = write_wav(tmp_path / "song.wav", song, 44_100, 2)
    build_package(wav, None, tmp_path / "package", PackageWishes(audio=AudioWishes((AudioCodec.FLAC,))))
    decoded = decode_integers(tmp_path / "package/audio/flac", 16)[: len(song)]
    assert np.array_equal(decoded, np.repeat(song, 2, axis=1))


def test_opus_starts_on_sample_0_of_the_song(package: Packaged) -> None:
    with av.open(read_rung(package.folder / "audio/opus-128")) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].pts == 0
    left = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    # A second of it, and where in the song at 48 kHz it is most alike.
    song = np.interp(np.arange(96_000) / 48_000, np.arange(len(package.song)) / 44_100, package.song[:, 0] / (1 << 23))
    offsets = range(-700, 701)
    alike = [float(left[24_000 + at : 72_000 + at] @ song[24_000:72_000]) for at in offsets]
    assert offsets[int(np.argmax(alike))] == 0


def test_opus_tells_a_decoder_what_to_drop_and_how_far_to_roll(package: Packaged) -> None:
    init = (package.folder / "audio/opus-128/init.mp4").read_bytes()
    table = need_box(read_boxes(init), "moov", "trak", "mdia", "minf", "stbl")
    dops, sgpd = need_box(table.children, "stsd", "Opus", "dOps"), need_box(table.children, "sgpd")
    # Version, channels, and a pre-skip of one packet of 20 ms.
    assert dops.payload(init)[:4] == bytes([0, 2]) + (960).to_bytes(2)
    # Version 1, roll, entries of 2 bytes, one of them: -4 packets of 20 ms.
    assert sgpd.payload(init) == bytes.fromhex("01000000") + b"roll" + bytes.fromhex("00000002 00000001 fffc")
    segment = (package.folder / "audio/opus-128/00001.m4s").read_bytes()
    sbgp = need_box(read_boxes(segment), "moof", "traf", "sbgp")
    # All 192 packets of 3.84 s are in group 1.
    assert sbgp.payload(segment) == bytes(4) + b"roll" + bytes.fromhex("00000001 000000c0 00000001")


def test_every_picture_stands_beside_every_kind_of_sound(package: Packaged) -> None:
    lines = (package.folder / "master.m3u8").read_text().splitlines()
    pairs = {
        (uri, line.partition('AUDIO="')[2].rstrip('"'))
        for line, uri in pairwise(lines)
        if line.startswith("#EXT-X-STREAM-INF")
    }
    pictures = {f"video/{rung.name}/playlist.m3u8" for rung in package.index.video_rungs}
    for group in ("flac", "opus-128"):
        assert {uri for uri, audio in pairs if audio == group} == pictures | {f"audio/{group}/playlist.m3u8"}
    flac = next(line for line in lines if 'GROUP-ID="flac"' in line)
    assert 'CHANNELS="2",BIT-DEPTH=24,SAMPLE-RATE=44100,' in flac
    assert any('CODECS="fLaC"' in line for line in lines)
    assert any('CODECS="Opus"' in line for line in lines)


def test_a_player_that_knows_nothing_else_starts_with_aac(package: Packaged) -> None:
    for name in ("master", "tv", "video", "audio"):
        lines = (package.folder / f"{name}.m3u8").read_text().splitlines()
        assert "mp4a.40.2" in next(line for line in lines if line.startswith("#EXT-X-STREAM-INF"))


@pytest.mark.parametrize("profile", Profile)
def test_all_groups_lint_clean(package: Packaged, profile: Profile) -> None:
    assert lint_folder(package.folder, profile) == ()


def test_a_gain_takes_flac_to_24_bit(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "song.wav", make_integers(44_100, 16), 44_100, 2)
    wishes = AudioWishes((AudioCodec.FLAC,))
    index = build_package(wav, None, tmp_path / "package", PackageWishes(normalize_lufs=-30, audio=wishes))
    assert next(rung.bit_depth for rung in index.audio_rungs if rung.name == "flac") == 24


SURROUND_HZ = (300, 500, 700, 60, 900, 1100)  # L, R, C, LFE, Ls, Rs


@pytest.fixture(scope="module")
def surround(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    """5.1 with one tone in each channel, a quarter of full scale."""
    folder = tmp_path_factory.mktemp("surround")
    time = np.arange(SECONDS * 48_000)[:, None] / 48_000
    song = np.rint(8192 * np.sin(2 * np.pi * time * np.array(SURROUND_HZ))).astype(np.int32)
    audio = write_wav(folder / "song.wav", song, 48_000, 2)
    index = build_package(audio, None, folder / "package", PackageWishes(audio=AudioWishes(surround=True)))
    return Packaged(folder / "package", index, song)


def tones(rung: Path) -> NDArray[np.float64]:
    """The amplitude of each tone in each channel, relative to what went in: shape (tones, channels)."""
    with av.open(read_rung(rung)) as container:
        pcm = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    second = pcm[:, 96_000:144_000]
    return np.abs(np.fft.rfft(second, axis=1))[:, list(SURROUND_HZ)].T / (24_000 * 0.25)


def test_surround_is_mixed_down_by_bs_775(surround: Packaged) -> None:
    left, right = tones(surround.folder / "audio/aac-256").T
    # Centre and surrounds at -3 dB, no LFE; all by 1 / (1 + 2 * 0.7071), so that six full channels do not clip.
    level = 1 / (1 + 2**0.5)
    assert left == pytest.approx(level * np.array([1, 0, 2**-0.5, 0, 2**-0.5, 0]), abs=0.01)
    assert right == pytest.approx(level * np.array([0, 1, 2**-0.5, 0, 0, 2**-0.5]), abs=0.01)


def test_surround_keeps_each_channel_in_its_place(surround: Packaged) -> None:
    assert tones(surround.folder / "audio/aac-6ch-384") == pytest.approx(np.eye(6), abs=0.03)


def test_surround_says_that_it_is(surround: Packaged) -> None:
    lines = (surround.folder / "master.m3u8").read_text().splitlines()
    assert 'CHANNELS="6"' in next(line for line in lines if 'GROUP-ID="aac-6ch-384"' in line)
    init = (surround.folder / "audio/aac-6ch-384/init.mp4").read_bytes()
    (track,) = read_tracks(init, read_boxes(init))
    assert track.loudness is not None
    assert lint_folder(surround.folder, Profile.MOBILE) == ()


def test_surround_has_a_loudness_of_its_own(surround: Packaged) -> None:
    # BS.1770-5: the LFE does not count, surrounds count 1.41 times. In the mix-down each side has one full channel and
    # two of half the power, all 7.66 dB lower.
    by_name = {rung.name: rung.loudness.integrated_lufs for rung in surround.index.audio_rungs}
    wide, narrow = by_name["aac-6ch-384"], by_name["aac-96"]
    assert wide is not None
    assert narrow is not None
    power = 3 + 2 * 1.41
    down = 2 * (1 + 0.5 + 0.5) / (1 + 2**0.5) ** 2
    assert wide - narrow == pytest.approx(10 * np.log10(power / down), abs=0.3)


def test_the_grid_counts_every_group(package: Packaged) -> None:
    assert package.index.grid.worst_boundary_error == Fraction(0)
    assert (
        len({len(list((package.folder / "audio" / rung.name).glob("*.m4s"))) for rung in package.index.audio_rungs})
        == 1
    )
