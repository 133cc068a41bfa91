import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.compile_core import compile_core, rewrite, write_launcher

ROOT = Path(__file__).parent.parent

# Prints which core plays, what listeners with two taps and with two songs hear and see, and that a trace survives
# pickling.
SESSION = """
import pickle, sys
from pathlib import Path
from benchmarks.hollow import write_hollow_package
from simulator import player
from simulator.controls import Skip
from simulator.drivers.virtual import play_virtually
from simulator.package_folder import PackageFolder
from simulator.package_shelf import PackageShelf
from simulator.play import plan_taps
from simulator.scenario import Scenario
from simulator.session import SongAddress
from simulator.trace import SHAPES

root = Path(sys.argv[1])
folder = PackageFolder(root if root.exists() else write_hollow_package(root))
scenario = pickle.loads(pickle.dumps(Scenario("s", plan_taps([7.3, 31.1]), SHAPES["3g"])))
print(Path(player.__file__).suffix)
print(*play_virtually(folder, "master.m3u8", scenario).events, sep="\\n")
shelf, follow = PackageShelf(root, {"song-2": root}), (SongAddress("next", "song-2/master.m3u8"),)
two = Scenario("t", plan_taps([7.3]), SHAPES["3g"], controls=(Skip(31_100_000),), next_songs=("next",))
print(*play_virtually(shelf, "master.m3u8", two, next_songs=follow).events, sep="\\n")
"""


def test_a_value_gets_the_constructor_that_its_decorator_would_make() -> None:
    source = '''
@dataclass(frozen=True, slots=True)
class Period:
    """A stretch."""
    duration_us: int
    name: str = ""

    def __post_init__(self) -> None:
        check(self)
'''
    assert (
        rewrite(source)
        == '''from mypy_extensions import mypyc_attr

@dataclass(init=False, eq=True, unsafe_hash=True)
@mypyc_attr(acyclic=True)
class Period:
    """A stretch."""
    duration_us: int
    name: str = ''

    def __post_init__(self) -> None:
        check(self)

    def __reduce__(self) -> tuple[object, ...]:
        return (Period, (self.duration_us, self.name))

    def __init__(self, duration_us: int, name: str='') -> None:
        self.duration_us = duration_us
        self.name = name
        self.__post_init__()
'''
    )


def test_a_field_that_is_reckoned_leaves_the_constructor_to_the_decorator() -> None:
    source = "@dataclass(frozen=True, slots=True)\nclass List:\n    uri: str\n    _ends: int = field(init=False)\n"
    assert rewrite(source) == (
        "from mypy_extensions import mypyc_attr\n\n"
        "@dataclass(frozen=True)\nclass List:\n    uri: str\n    _ends: int = field(init=False)\n\n"
        "    def __reduce__(self) -> tuple[object, ...]:\n        return (List, (self.uri,))\n"
    )


def test_a_value_of_ours_is_a_dataclass_for_the_compiler() -> None:
    source = "from simulator.value import value\n\n@value\nclass Abort:\n    request_id: int\n"
    assert rewrite(source) == (
        "from dataclasses import dataclass\nfrom mypy_extensions import mypyc_attr\n\n"
        "@dataclass(init=False, eq=True, unsafe_hash=True)\n@mypyc_attr(acyclic=True)\nclass Abort:\n"
        "    request_id: int\n\n    def __reduce__(self) -> tuple[object, ...]:\n"
        "        return (Abort, (self.request_id,))\n\n"
        "    def __init__(self, request_id: int) -> None:\n        self.request_id = request_id\n        pass\n"
    )


def test_what_is_compared_by_identity_stays_so() -> None:
    rewritten = rewrite("@dataclass(slots=True, eq=False)\nclass Transfer:\n    missing: int\n")
    assert "@dataclass(init=False, eq=False, unsafe_hash=False)\n" in rewritten


def test_other_classes_stay_as_they_are() -> None:
    assert rewrite("class Lane:\n    __slots__ = ('buffer',)\n") == "class Lane:\n    __slots__ = ('buffer',)\n"


def test_the_launcher_takes_the_simulator_that_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "simulator").mkdir()
    (tmp_path / "simulator" / "__init__.py").touch()
    (tmp_path / "simulator" / "cli.py").write_text("raise SystemExit('the one beside it')\n")
    done = subprocess.run([write_launcher(tmp_path), "sweep", "--help"], capture_output=True, text=True, check=False)
    assert done.stderr == "the one beside it\n"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_the_compiled_core_plays_the_same_session(tmp_path: Path) -> None:
    compile_core(tmp_path / "compiled")
    plain, compiled = (_play(path, tmp_path / "package") for path in (ROOT, tmp_path / "compiled"))
    assert (plain[0], compiled[0]) == (".py", ".so")
    assert len(plain) > 50
    assert plain[1:] == compiled[1:]


def _play(simulator: Path, package: Path) -> list[str]:
    command = [sys.executable, "-P", "-c", SESSION, str(package)]
    paths = {"PYTHONPATH": f"{simulator}:{ROOT}"}
    return subprocess.run(command, env=paths, capture_output=True, text=True, check=True).stdout.splitlines()
