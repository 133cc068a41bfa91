"""Locust itself runs in a process of its own: it patches the standard library of the one it is in."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.limits import DEFAULT_LIMITS
from simulator.origin import Origin

LOCUSTFILE = Path(__file__).parents[2] / "loadtests" / "locustfile.py"
# Long enough that all have started on a busy machine, too. Who leaves early is followed by another.
RUN = ("--headless", "-u", "5", "-r", "5", "-t", "12s", "--only-summary")


def run_locust(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=LOCUSTFILE.parents[1])


def count_started(run: subprocess.CompletedProcess[str]) -> int:
    """How many sessions started, of which nobody gave up."""
    told = re.search(r"sessions +\d+: (\d+) started, 0 gave up", run.stderr)
    assert told is not None, run.stderr
    return int(told[1])


@pytest.fixture(scope="module")
def good_run(hollow_origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    figures = tmp_path_factory.mktemp("run") / "figures.json"
    run = run_locust(*RUN, "--host", hollow_origin.url, "--figures-json", str(figures))
    run.args.append(figures.read_text())
    return run


@pytest.mark.slow
def test_listeners_flip_and_keep_every_limit(good_run: subprocess.CompletedProcess[str]) -> None:
    assert good_run.returncode == 0, good_run.stderr
    assert count_started(good_run) >= 5
    assert re.search(r"startup p95 +\d\.\d{3} s +<= 2 s +kept", good_run.stderr)
    assert "Every limit was kept." in good_run.stderr
    assert "Traceback" not in good_run.stderr


@pytest.mark.slow
def test_locust_names_requests_by_what_they_are_for(good_run: subprocess.CompletedProcess[str]) -> None:
    rows = re.findall(r"^(?:GET|ABORT) +(\w+ \w+ ?[\w-]*) ", good_run.stderr, re.MULTILINE)
    kinds = {name.strip() for name in rows}
    assert {"playlist master", "playlist audio aac-96", "init audio aac-96", "segment audio aac-96"} <= kinds
    assert any(name.startswith("segment video ") for name in kinds)
    assert len(kinds) <= 1 + 3 * 7  # one master; playlist, init and segment of seven rungs


@pytest.mark.slow
def test_the_figures_are_written_for_programs(good_run: subprocess.CompletedProcess[str]) -> None:
    told = json.loads(good_run.args[-1])
    assert told["is_good"] is True
    assert told["figures"]["sessions"] >= told["figures"]["started"] == count_started(good_run)
    assert told["figures"]["failed_requests"] == 0
    assert told["figures"]["flips_done"] > 0


@pytest.mark.slow
def test_a_broken_limit_is_exit_code_1(hollow_origin: Origin) -> None:
    run = run_locust(
        "--headless", "-u", "1", "-t", "3s", "--only-summary", "--host", hollow_origin.url, "--max-startup-p95-s", "0"
    )
    assert run.returncode == 1
    assert re.search(r"Falls short: startup_p95_s is [\d.e-]+, the limit is <= 0 s", run.stderr)


@pytest.mark.slow
def test_workers_send_their_figures_to_the_master(hollow_origin: Origin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    run = run_locust(
        "--headless", "-u", "4", "-r", "4", "-t", "12s", "--only-summary", "--host", hollow_origin.url,
        "--processes", "2", "--master-bind-port", port, "--master-port", port,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert count_started(run) >= 4
    assert run.stderr.count("What the listeners went through") == 1


@pytest.mark.slow
def test_workers_that_stop_late_are_waited_for(hollow_origin: Origin, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        "import gevent\nfrom locust import events\nfrom locust.runners import WorkerRunner\n"
        "from loadtests.locustfile import Listener\n"
        "def dawdle(environment, **_):\n"
        "    if isinstance(environment.runner, WorkerRunner): gevent.sleep(3)\n"
        "events.test_stopping.add_listener(dawdle)\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    run = run_locust(
        "-f", str(slow), "--headless", "-u", "2", "-r", "2", "-t", "9s", "--only-summary", "--host", hollow_origin.url,
        "--processes", "2", "--master-bind-port", port, "--master-port", port,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert count_started(run) >= 2
    assert "Traceback" not in run.stderr


@pytest.mark.slow
def test_a_run_that_nobody_heard_is_exit_code_1(hollow_origin: Origin) -> None:
    run = run_locust(
        "--headless", "-u", "1", "-t", "2s", "--only-summary", "--host", hollow_origin.url, "--song", "/none.m3u8"
    )
    assert run.returncode == 1
    assert "OriginError('status 404 where 200 was expected')" in run.stderr
    assert "sessions none started" in run.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "locustfile: no host given; say where the package is served, as in --host http://127.0.0.1:8080"),
        (("--host", "localhost"),
         "locustfile: host localhost: not an HTTP address; write it as in --host http://127.0.0.1:8080"),
        (("--host", "http://x", "--limits", "/none.toml"),
         "locustfile: /none.toml: cannot read the limits: No such file or directory"),
        (("--host", "http://x", "--figures-json", "/none/f.json"),
         "locustfile: --figures-json /none/f.json: there is no such folder; make it first"),
        (("--host", "http://x", "--max-stall-ratio", "-1"),
         "__main__.py: error: argument --max-stall-ratio: '-1' is no limit; give a number from 0 on"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line_and_exit_code_2(options: tuple[str, ...], message: str) -> None:
    run = run_locust("--headless", "-t", "1s", *options)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == message
    assert "Traceback" not in run.stderr


def test_help_for_listeners_explains_every_option_of_ours() -> None:
    run = run_locust("--help-listeners")
    assert (run.returncode, run.stderr.count("Traceback")) == (0, 0)
    told = set(re.findall(r"^    (--[\w-]+)", run.stdout, re.MULTILINE))
    limits = {f"--max-{name.replace('_', '-')}" for name in DEFAULT_LIMITS}
    assert told == {"--song", "--listener-seed", "--limits", "--figures-json", "--help-listeners", *limits}
    for limit in DEFAULT_LIMITS.values():
        assert f"{limit.about} ({limit.high:g})" in run.stdout
