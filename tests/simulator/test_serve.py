import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.origin import Origin
from simulator.serve import describe_origin

ORIGIN = Origin("http://127.0.0.1:8080", ("master.m3u8", "a b/audio.m3u8"))


def test_people_see_what_to_open() -> None:
    assert describe_origin(ORIGIN, "3g", as_json=False) == (
        "Serving through a network like 3g until Ctrl-C. Open:\n"
        "  http://127.0.0.1:8080/master.m3u8\n"
        "  http://127.0.0.1:8080/a%20b/audio.m3u8"
    )


def test_programs_get_one_line_of_json() -> None:
    assert describe_origin(ORIGIN, "none", as_json=True) == (
        '{"url": "http://127.0.0.1:8080", "shape": "none", '
        '"playlists": ["http://127.0.0.1:8080/master.m3u8", "http://127.0.0.1:8080/a%20b/audio.m3u8"]}'
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_origin_quietly(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "master.m3u8").write_text("#EXTM3U\n")
    program = (
        "import pathlib, simulator.serve as s\n"
        f"root = pathlib.Path({str(tmp_path)!r})\n"
        "s.serve_until_stopped(root, None, 0, '127.0.0.1', lambda origin: print(origin.url, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"http://127.0.0.1:")
        process.send_signal(number)
        assert process.communicate(timeout=20) == (b"", b"")
        assert process.returncode == 0
