"""The line on a package that was copied, not encoded: our own rungs put together again from their finished bytes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from packager.copy import copy_package
from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.package_folder import PackageFolder
from simulator.play import plan_taps
from simulator.scenario import Scenario
from simulator.trace import SHAPES


@pytest.fixture(scope="module")
def copied(small_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every rung of the small package as one fragmented MP4, copied into a package again."""
    folder = tmp_path_factory.mktemp("copied")
    files = []
    for rung in sorted(small_package.glob("*/*/init.mp4")):
        files.append(folder / f"{rung.parent.name}.mp4")
        files[-1].write_bytes(join(rung.parent))
    copy_package(files, folder / "package")
    return folder / "package"


def join(rung: Path) -> bytes:
    return b"".join(path.read_bytes() for path in [rung / "init.mp4", *sorted(rung.glob("*.m4s"))])


def read_segments(rungs: Sequence[Path]) -> list[list[bytes]]:
    return [[path.read_bytes() for path in sorted(rung.glob("*.m4s"))] for rung in rungs]


def test_a_package_is_copied_to_the_very_same_segments(small_package: Path, copied: Path) -> None:
    for kind in ("video", "audio"):
        there, here = (
            sorted((package / kind).iterdir(), key=lambda rung: len(join(rung))) for package in (small_package, copied)
        )
        assert read_segments(here) == read_segments(there)


def test_a_listener_flips_in_a_copied_package_without_losing_a_sample(copied: Path) -> None:
    scenario = Scenario("flips", plan_taps([3.3, 9.1, 13.7, 19.9, 21.3]), SHAPES["3g"])
    session = play_virtually(PackageFolder(copied), "master.m3u8", scenario)
    assert sum(isinstance(event, ev.FirstFrame) for event in session.events) == 3
    assert not [event for event in session.events if isinstance(event, ev.RebufferStarted)]
