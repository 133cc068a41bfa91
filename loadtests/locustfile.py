"""Listeners who flip between a song and its video, as a load on the origin that serves it.

    locust -f loadtests/locustfile.py --headless -u 50 -r 10 -t 20s --host http://127.0.0.1:8080

Each user is a listener with the simulator's player: real playlists, real adaptation, whole segments at the pace of the
music. Locust's own report names requests by what they are for; below it stands what the listeners went through. The
exit code is 1 when a limit is broken or nobody heard anything, 2 when the options cannot be used. Besides Locust's own
options (--help) there are:

    --song PATH                     the song's multivariant playlist below --host (/master.m3u8)
    --listener-seed N               same seed, same listeners: when they flip, leave and return (1)
    --limits FILE.toml              limits by name, as in  startup_p95_s = 1.5
    --max-startup-p95-s S           from opening the song to its first sound, 95th percentile (2)
    --max-tap-to-picture-p95-s S    from the tap to the first frame, 95th percentile (1)
    --max-stall-ratio RATIO         part of the listening time in which the sound stood still (0.005)
    --max-lost-flip-ratio RATIO     part of the flips that never came (0.01)
    --max-failure-ratio RATIO       part of the requests that failed (0.01)
    --figures-json FILE             what the listeners went through, with limits and verdict
    --help-listeners                this text
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import gevent
from locust import User, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.event import EventHook
from locust.exception import StopTest
from locust.rpc import Message
from locust.runners import STATE_MISSING, LocalRunner, MasterRunner, WorkerRunner
from rich.console import Console

from loadtests.audience import Audience
from loadtests.figures import name_request, read_message, write_message
from loadtests.limits import DEFAULT_LIMITS, judge, read_limits
from loadtests.listener import plan_visits
from loadtests.summary import describe_as_json, print_summary
from simulator.drivers.blocking import BlockingPlay
from simulator.drivers.courier import Transfer
from simulator.errors import InputError, OriginError
from simulator.limits import Limit

_MESSAGE = "midnote_figures"
_LAST_CALL = "midnote_last_call"
_LAST_FIGURES = "midnote_last_figures"
# Listeners leave at once; it is the machine that may be slow. Beyond that a worker tells what it has, or is given up.
_LONGEST_LEAVING_S, _LONGEST_LAST_CALL_S = 20.0, 30.0
_LOOK_AGAIN_S = 0.05


class Listener(User):
    """Opens the song, flips every few seconds, leaves after a while, comes back."""

    audience: ClassVar[Audience]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if not self.host:
            raise StopTest("no host given; say where the package is served, as in --host http://127.0.0.1:8080")
        options = environment.parsed_options
        runner = environment.runner
        assert options is not None, "Locust parses its command line before it makes users"
        assert isinstance(runner, LocalRunner | WorkerRunner), "only these make users"
        self._url = f"{self.host.rstrip('/')}/{options.song.lstrip('/')}"
        self._visits = plan_visits(options.listener_seed, f"{runner.worker_index}-{self.audience.number_listener()}")
        self._away_s = 0.0

    def wait_time(self) -> float:
        """How long this listener stays away before the next visit."""
        return self._away_s

    @task
    def listen(self) -> None:
        """One visit: a listening session from opening the song to leaving it."""
        visit = next(self._visits)
        self._away_s = visit.away_s
        self.audience.play(BlockingPlay(self._url, visit.scenario, self._report))

    def _report(self, transfer: Transfer) -> None:
        """One request, to Locust's statistics. What the player aborted is no failure and stands in rows of its own."""
        self.environment.events.request.fire(
            request_type="ABORT" if transfer.is_aborted else "GET",
            name=name_request(transfer.fetch),
            response_time=transfer.total_s * 1000,
            response_length=transfer.size_bytes,
            exception=OriginError(transfer.error) if transfer.error else None,
            context={"first_byte_s": transfer.first_byte_s},
        )


def add_options(parser: LocustArgumentParser) -> None:
    """The options of our own, below Locust's."""
    parser.add_argument(
        "--song",
        default="/master.m3u8",
        metavar="PATH",
        help="Path of the song's multivariant playlist below --host. Default: /master.m3u8",
    )
    parser.add_argument(
        "--listener-seed",
        type=int,
        default=1,
        metavar="N",
        help="Same seed, same listeners: when they flip, leave and return. Default: 1",
    )
    parser.add_argument(
        "--limits",
        metavar="FILE.toml",
        help=f"Limits of the run, any of: {', '.join(DEFAULT_LIMITS)}. One given on the command line counts first.",
        include_in_web_ui=False,
    )
    for limit in DEFAULT_LIMITS.values():
        _add_limit_option(parser, limit)
    parser.add_argument(
        "--figures-json",
        metavar="FILE",
        help="Write what the listeners went through into this file, with limits and verdict.",
        include_in_web_ui=False,
    )
    # Locust answers --help before it reads any locustfile, so it cannot know of these.
    parser.add_argument(
        "--help-listeners", action="store_true", help="Explain the options above.", include_in_web_ui=False
    )


def _add_limit_option(parser: LocustArgumentParser, limit: Limit) -> None:
    parser.add_argument(
        f"--max-{limit.name.replace('_', '-')}",
        dest=_option_of(limit.name),
        type=_bound,
        metavar="S" if limit.unit == "s" else "RATIO",
        help=f"Exit code 1 when exceeded: {limit.about}. Default: {limit.high:g}",
        include_in_web_ui=False,
    )


def _option_of(limit_name: str) -> str:
    return f"max_{limit_name}"


def _bound(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no limit; give a number from 0 on")
    return value


def open_run(environment: Environment, **_: object) -> None:
    """Connect this process to Locust: an audience of its own, and on the one who reports the limits and the verdict."""
    # Timers count from when the loop last looked at the clock, which was before everything was imported: on a busy
    # machine a short --run-time was over before the first request.
    gevent.get_hub().loop.update_now()
    options = environment.parsed_options
    assert options is not None, "Locust parses its command line before it begins"
    if options.help_listeners:
        Console(soft_wrap=True, markup=False, highlight=False).print(__doc__)
        sys.exit(0)
    audience = Listener.audience = Audience()
    _on(environment.events.test_start, lambda **_: audience.begin())
    _on(environment.events.test_stopping, lambda **_: audience.send_away())
    if isinstance(environment.runner, WorkerRunner):
        _report_to_master(environment, environment.runner, audience)
        return
    if isinstance(environment.runner, MasterRunner):
        _collect_from_workers(environment, environment.runner, audience)
    try:
        Reporter(environment, audience)
    except InputError as error:
        _complain(str(error))
        sys.exit(2)


def _report_to_master(environment: Environment, runner: WorkerRunner, audience: Audience) -> None:
    def send(data: dict[str, Any], **_: object) -> None:
        data[_MESSAGE] = write_message(audience.take_figures())

    def answer(**_: object) -> None:
        audience.send_away()
        _wait_until(lambda: audience.is_empty, _LONGEST_LEAVING_S)
        runner.send_message(_LAST_FIGURES, {_MESSAGE: write_message(audience.take_figures())})

    _on(environment.events.report_to_master, send)
    runner.register_message(_LAST_CALL, answer, concurrent=True)


def _collect_from_workers(environment: Environment, runner: MasterRunner, audience: Audience) -> None:
    """Add up what the workers send: as they go, and for the last time when the run ends.

    Locust waits half a second for the last reports and then listens no more: on a busy machine all would be lost.
    """
    heard_last: set[str] = set()

    def collect(data: dict[str, Any], **_: object) -> None:
        if _MESSAGE in data:
            audience.add(read_message(data[_MESSAGE]))

    def collect_last(msg: Message, **_: object) -> None:
        collect(msg.data)
        heard_last.add(msg.node_id)

    def is_complete() -> bool:
        return heard_last.issuperset(worker.id for worker in runner.clients.all if worker.state != STATE_MISSING)

    def call_last(**_: object) -> None:
        heard_last.clear()
        runner.send_message(_LAST_CALL)
        _wait_until(is_complete, _LONGEST_LAST_CALL_S)

    _on(environment.events.worker_report, collect)
    runner.register_message(_LAST_FIGURES, collect_last)
    _on(environment.events.test_stopping, call_last)


def _wait_until(is_so: Callable[[], bool], longest_s: float) -> None:
    with gevent.Timeout(longest_s, exception=False):
        while not is_so():
            gevent.sleep(_LOOK_AGAIN_S)


class Reporter:
    """Judges the run when Locust ends, and tells about it below Locust's own tables."""

    def __init__(self, environment: Environment, audience: Audience) -> None:
        """Raises InputError when the limits or the host cannot be used."""
        options = environment.parsed_options
        assert options is not None, "Locust parses its command line before it begins"
        _check_host(environment.host, is_needed=options.headless or options.autostart)
        self._environment = environment
        self._audience = audience
        self._json_file = Path(options.figures_json) if options.figures_json else None
        if self._json_file and not self._json_file.parent.is_dir():
            raise InputError(f"--figures-json {self._json_file}: there is no such folder; make it first")
        overrides = {name: getattr(options, _option_of(name)) for name in DEFAULT_LIMITS}
        self._limits = read_limits(Path(options.limits) if options.limits else None, overrides)
        _on(environment.events.quitting, self.decide)
        _on(environment.events.quit, self.tell)

    def decide(self, **_: object) -> None:
        """Set the exit code. A run that keeps its limits is good, though Locust alone would take no failed request."""
        runner = self._environment.runner
        assert runner is not None, "Locust has a runner until it ends"
        runner.quit()  # after Ctrl-C the listeners are still there; otherwise this does nothing more
        if not self._audience.has_begun:
            return
        verdict = judge(self._audience.figures, self._limits)
        if verdict.exit_code:
            self._environment.process_exit_code = verdict.exit_code
        elif runner.errors and not runner.exceptions:
            self._environment.process_exit_code = 0

    def tell(self, **_: object) -> None:
        """Print the table where Locust prints its own, and write the file if one was asked for."""
        if not self._audience.has_begun:
            return
        figures = self._audience.figures
        verdict = judge(figures, self._limits)
        print_summary(Console(stderr=True, highlight=False), figures, verdict)
        if self._json_file is None:
            return
        try:
            self._json_file.write_text(describe_as_json(figures, verdict) + "\n", encoding="utf-8")
        except OSError as error:  # the exit code stands by now; the figures are in the table above
            _complain(f"--figures-json {self._json_file}: cannot write it: {error.strerror}")


def _check_host(host: str | None, *, is_needed: bool) -> None:
    if not host and is_needed:
        raise InputError("no host given; say where the package is served, as in --host http://127.0.0.1:8080")
    if host and not host.startswith(("http://", "https://")):
        raise InputError(f"host {host}: not an HTTP address; write it as in --host http://127.0.0.1:8080")


def _complain(message: str) -> None:
    Console(stderr=True, soft_wrap=True, markup=False, highlight=False).print(f"locustfile: {message}")


def _on(hook: EventHook, listener: Callable[..., None]) -> None:
    """Have Locust call `listener`; the one place that knows that its hooks carry no types."""
    hook.add_listener(listener)  # type: ignore[no-untyped-call]


_on(events.init_command_line_parser, add_options)
_on(events.init, open_run)
