import os
import sys
import threading
from functools import partial

import pytest

from packager.lanes import Crew, Lane


def test_everything_arrives_in_order_through_a_narrow_lane() -> None:
    arrived: list[int] = []

    def send(lane: Lane[int]) -> None:
        for number in range(100):
            lane.put(number)
        lane.close()

    with Crew() as crew:
        lane = Lane[int](crew, capacity=1)
        crew.start("send", lambda: send(lane))
        crew.start("take", lambda: arrived.extend(lane))
        crew.wait(lambda: None)
    assert arrived == list(range(100))


def test_the_first_error_stops_all_and_comes_out() -> None:
    def fail() -> None:
        message = "the encoder died"
        raise ValueError(message)

    def fill(lane: Lane[int]) -> None:
        while True:
            lane.put(1)  # nobody takes: only the stop frees this thread

    def run() -> None:
        with Crew() as crew:
            full, empty = Lane[int](crew, 2), Lane[int](crew, 2)
            crew.start("fill", lambda: fill(full))
            crew.start("starve", lambda: list(empty) and None)
            crew.start("fail", fail)
            crew.wait(lambda: None)

    with pytest.raises(ValueError, match=r"^the encoder died$"):
        run()
    assert not [each for each in threading.enumerate() if each.name in {"fill", "starve", "fail"}]


def test_leaving_early_stops_all() -> None:
    def interrupt() -> None:
        with Crew() as crew:
            lane = Lane[int](crew, 1)
            crew.start("starve-2", lambda: list(lane) and None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert not [each for each in threading.enumerate() if each.name == "starve-2"]


def test_a_lane_that_is_made_after_the_stop_holds_nobody_up() -> None:
    def fail() -> None:
        message = "too early"
        raise ValueError(message)

    def run() -> None:
        with Crew() as crew:
            stopped = threading.Event()
            crew.wake_at_stop(stopped.set)
            crew.start("fail", fail)
            stopped.wait()
            lane = Lane[int](crew, 1)
            crew.start("starve-3", lambda: list(lane) and None)
            crew.wait(lambda: None)

    with pytest.raises(ValueError, match=r"^too early$"):
        run()
    assert not [each for each in threading.enumerate() if each.name == "starve-3"]


def test_the_owner_who_still_passes_work_on_hears_of_the_first_error() -> None:
    def fail() -> None:
        message = "the decoder died"
        raise ValueError(message)

    def run() -> None:
        with Crew() as crew:
            lane = Lane[int](crew, 1)
            crew.start("fail", fail)
            while True:
                lane.put(1)  # nobody takes

    with pytest.raises(ValueError, match=r"^the decoder died$"):
        run()


def test_someone_is_told_while_the_crew_works() -> None:
    told = threading.Event()
    with Crew() as crew:
        crew.start("work", lambda: told.wait() and None)
        crew.wait(told.set)
    assert told.is_set()


@pytest.mark.skipif(sys.platform != "linux", reason="niceness is that of a process there")
def test_a_thread_gives_way_by_as_much_as_it_is_told() -> None:
    found: dict[str, int] = {}

    def look(name: str) -> None:
        found[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    usual = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with Crew() as crew:
        crew.start("first", partial(look, "first"))
        crew.start("last", partial(look, "last"), gives_way=7)
        crew.wait(lambda: None)
    assert found == {"first": usual, "last": min(19, usual + 7)}
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == usual
