"""A listener flips to pictures in HEVC and in AV1 and back, and nobody hears it."""

from pathlib import Path

import pytest

from packager.build import build_package
from packager.ladder import VideoCodec
from packager.ladder_format import read_ladder
from packager.wishes import PackageWishes
from simulator.drivers.virtual import play_virtually
from simulator.package_folder import PackageFolder
from simulator.play import plan_taps
from simulator.prove import prove_session
from simulator.scenario import Scenario
from simulator.trace import SHAPES


@pytest.mark.slow
@pytest.mark.parametrize("codec", [VideoCodec.HEVC, VideoCodec.AV1])
def test_flips_are_seamless_in_every_codec(small_source: Path, tmp_path: Path, codec: VideoCodec) -> None:
    ladder = read_ladder(
        "one.toml",
        f"video = {{codecs = ['{codec.value}'], rungs = [{{side = 144, cap_kbps = 300}}]}}\n"
        "audio.rungs = [{kbps = 96}]",
    )
    build_package(small_source, None, tmp_path / "package", PackageWishes(ladder=ladder))
    folder = PackageFolder(tmp_path / "package")
    session = play_virtually(folder, "master.m3u8", Scenario("flips", plan_taps([3.3, 9.1, 13.7, 19.9]), SHAPES["4g"]))
    proof = prove_session(session, folder)
    assert (proof.missing_samples, proof.repeated_samples) == (0, 0)
    assert proof.frames.is_exact
    assert proof.frames.expected > 200
