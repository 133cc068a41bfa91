"""Imports run one way (values -> pure work -> edges -> story), and the two halves do not know each other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The layer of each module of a half; a folder's layer is that of all its modules.
VALUES, PURE, EDGE, STORY = range(4)
LAYERS: dict[str, dict[str, int]] = {
    "packager": {
        "errors": VALUES, "timing": VALUES, "ladder": VALUES, "timemap": VALUES, "manifest": VALUES,
        "sources": VALUES, "languages": VALUES, "loudness": VALUES, "cues": VALUES,
        "ladder_format": PURE, "ladder_files": EDGE, "forecast": PURE, "preview": PURE, "videocoders": PURE,
        "pertitle": PURE, "quality": EDGE, "probing": EDGE,
        "grid": PURE, "boxes": PURE, "boxfields": PURE, "fragment": PURE, "initsegment": PURE, "playlist": PURE,
        "audiocuts": PURE, "audiogroups": PURE,
        "conform": PURE, "ludt": PURE, "lint": PURE, "plan": PURE, "describe": PURE,
        "waveform": PURE, "toml_table": PURE, "song": VALUES, "territories": VALUES, "song_format": PURE,
        "song_session": PURE, "song_file": EDGE, "webvtt": PURE, "lrc": PURE, "words": PURE, "lyrics": EDGE,
        "lyricsdescribe": PURE,
        "decode": EDGE, "probe": EDGE, "encode": EDGE, "lanes": EDGE, "rungs": EDGE, "store": EDGE, "inspection": EDGE,
        "encode_audio": EDGE, "widecolour": PURE, "artwork": EDGE,
        "terminal": EDGE, "meter": EDGE, "sprites": PURE, "thumbnails": EDGE, "verdicts": EDGE,
        "remote": EDGE, "headers": EDGE, "decoding": EDGE, "decrypt": EDGE,
        "workplace": EDGE, "cache": EDGE, "reuse": EDGE, "rungfiles": EDGE,
        "sinks": EDGE, "dash": PURE, "bandwidth": PURE,
        "colour": VALUES, "avc": PURE, "sampletable": PURE, "trackboxes": PURE, "codedtimes": PURE, "codedfile": EDGE,
        "copylist": PURE, "copyall": STORY, "copiedinit": EDGE,
        "plainmp4": EDGE, "obus": PURE, "pictureforms": PURE, "soundforms": PURE,
        "watching": VALUES, "coded": PURE, "bitstream": PURE, "copyplan": PURE, "copyindex": VALUES,
        "copydescribe": PURE, "payloads": EDGE, "packets": EDGE, "recut": EDGE, "copy": STORY,
        "opening": EDGE, "choosing": EDGE, "soundclock": PURE, "probe_sound": EDGE, "damage": PURE,
        "wishes": EDGE, "packagefiles": EDGE, "delivery": VALUES, "sidx": PURE, "encryption": PURE, "deliveries": PURE,
        "heap": EDGE, "scaling": EDGE,
        "keys": EDGE, "bench": EDGE, "ear": EDGE, "headroom": EDGE, "rungs_audio": EDGE, "rungs_video": EDGE,
        "build": STORY, "cli": STORY,
    },
    "simulator": {

        "tomltable": VALUES, "faults": VALUES, "fault_table": VALUES,
        "stage": PURE, "planner": PURE, "wholeness": PURE,
        "ownrule": VALUES, "rule_file": EDGE,
        "controls": VALUES, "control_table": VALUES, "steering": PURE, "passages": PURE,
        "errors": VALUES, "presentation": VALUES, "inputs": VALUES, "commands": VALUES, "events": VALUES,
        "trace": VALUES, "draws": VALUES, "trace_models": VALUES, "limits": VALUES, "scenario": VALUES,
        "profile": VALUES, "value": VALUES,
        "hls": PURE, "estimate": PURE, "abr": PURE, "switching": PURE, "lane": PURE, "player": PURE, "session": PURE,
        "songs": PURE, "song_metrics": PURE, "song_qoe": PURE, "song_timeline": PURE, "prove_songs": STORY,
        "line": PURE, "queued_player": PURE, "playqueue": PURE, "queue_listener": PURE, "package_shelf": EDGE,
        "exchange": PURE, "playhead": PURE, "listener": PURE, "view": PURE, "compat": PURE, "link": PURE,
        "trace_formats": PURE, "metrics": PURE, "seam": PURE, "sync": PURE, "verdict": PURE, "outcome": PURE,
        "qoe": PURE, "p1203": PURE, "markdown": PURE, "outline": PURE, "comparison": PURE, "retrace": PURE,
        "cipher": PURE, "livestate": PURE,
        "picture": PURE, "bootstrap": PURE, "sweep_plan": PURE, "sweep_rows": PURE, "sweep_summary": PURE,
        "figures": PURE, "songclock": PURE, "levels": PURE, "timeline": PURE, "results": PURE, "report": PURE,
        "journal": EDGE, "media": EDGE, "drivers": EDGE, "origin": EDGE, "package_folder": EDGE, "package_url": EDGE,
        "scenario_file": EDGE, "trace_files": EDGE, "table": EDGE, "watching": EDGE, "whole_file": EDGE,
        "package_media": EDGE, "prove_picture": STORY,
        "sweep_store": EDGE, "sweep_run": STORY, "sweep_table": EDGE, "sweep": STORY, "present_sweep": STORY,
        "replay": EDGE, "compare": STORY,
        "demo": STORY, "play": STORY, "present": STORY, "prove": STORY, "serve": STORY, "cli": STORY,
    },
}  # fmt: skip
# Only edges and stories may touch the world.
WORLDLY = {"av", "aiohttp", "asyncio", "socket", "time", "random", "os", "pathlib", "shutil", "tempfile", "gevent",
           "threading", "zipfile", "http", "urllib.request", "rich", "typer", "logging", "subprocess"}  # fmt: skip


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path, package: str) -> str:
    """The top-level module or folder of a half in which a file stands."""
    return path.relative_to(ROOT / package).parts[0].removesuffix(".py")


@pytest.mark.parametrize(
    ("half", "stranger"),
    [("packager", "simulator"), ("simulator", "packager"), ("loadtests", "packager"), ("packager", "loadtests"),
     ("simulator", "loadtests"), ("samples", "packager"), ("samples", "simulator")],
)  # fmt: skip
def test_halves_do_not_import_each_other(half: str, stranger: str) -> None:
    for path in modules(half):
        assert not [n for n in imported(path) if n.split(".")[0] == stranger], path


@pytest.mark.parametrize("half", LAYERS)
def test_every_module_has_a_layer(half: str) -> None:
    rooms = {room(path, half) for path in modules(half)} - {"__init__"}
    assert rooms <= set(LAYERS[half]), f"give these a layer: {rooms - set(LAYERS[half])}"


@pytest.mark.parametrize("half", LAYERS)
def test_imports_run_from_values_to_story(half: str) -> None:
    layers = LAYERS[half]
    for path in modules(half):
        own = layers.get(room(path, half), VALUES)
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == half and len(parts) > 1 and parts[1] in layers:
                assert layers[parts[1]] <= own, f"{path.relative_to(ROOT)} imports {name}, which lies above it"


@pytest.mark.parametrize("half", LAYERS)
def test_values_and_pure_work_touch_no_world(half: str) -> None:
    for path in modules(half):
        if LAYERS[half].get(room(path, half), VALUES) <= PURE:
            worldly = {n for n in imported(path) if n in WORLDLY or n.split(".")[0] in WORLDLY}
            assert not worldly, f"{path.relative_to(ROOT)} imports {worldly}"


def test_nothing_shells_out() -> None:
    for package in ("packager", "simulator", "loadtests", "samples"):
        for path in modules(package):
            assert not {n for n in imported(path) if n.split(".")[0] in {"subprocess", "pexpect", "sh"}}, path
            assert "os.system" not in path.read_text(), path


@pytest.mark.parametrize("half", LAYERS)
def test_no_import_cycles(half: str) -> None:
    graph = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): imported(path)
        for path in modules(half)
        if path.name != "__init__.py"
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name in done:
            return
        for other in graph[name] & graph.keys():
            visit(other, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_no_two_test_files_have_one_name() -> None:
    """pytest imports them by their base names."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
