import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.hollow import write_hollow_package
from simulator import events as ev
from simulator.commands import Part
from simulator.controls import Seek
from simulator.drivers.blocking import BlockingPlay
from simulator.drivers.courier import Transfer
from simulator.errors import InputError
from simulator.metrics import measure_session
from simulator.origin import Origin, running_origin
from simulator.presentation import Medium
from simulator.profile import PROFILES, PlayerConfig
from simulator.scenario import Scenario, Tap
from simulator.session import SongAddress, replay, replay_session
from simulator.song_metrics import measure_play
from simulator.trace import constant_trace

FLIPS = Scenario(
    "there and back", (Tap(200_000, Medium.VIDEO), Tap(700_000, Medium.AUDIO)), leaves_at_us=1_000_000
)  # fmt: skip


@pytest.fixture
def origin(hollow_package: Path) -> Iterator[Origin]:
    with running_origin(hollow_package) as running:
        yield running


def couriers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in {"midnote-audio", "midnote-video"}]


def own_sockets() -> set[str]:
    links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]  # noqa: PTH208
    return {target for link in links if os.path.lexists(link) and (target := os.readlink(link)).startswith("socket:")}  # noqa: PTH115


def test_a_session_flips_both_ways_and_plays_to_the_end(origin: Origin) -> None:
    # This player stops the sound until the picture is there, so that the tap back comes after it on any machine.
    config = PlayerConfig(PROFILES["flush-on-enable"])
    scenario = Scenario("there and back", FLIPS.taps, config=config, controls=(Seek(900_000, 61_000_000),))
    session = BlockingPlay(origin.url_of("master.m3u8"), scenario).play()
    metrics = measure_session(session.events)
    assert [(flip.wants, flip.settled_at_us is not None) for flip in metrics.flips] == [
        (Medium.VIDEO, True), (Medium.AUDIO, True),
    ]  # fmt: skip
    assert (metrics.rebuffer_count, metrics.hole_count, metrics.seek_count) == (1, 1, 1)
    assert (metrics.retries, metrics.ending) == (0, "Ended")


def test_a_session_replays_to_the_same_events(origin: Origin) -> None:
    session = BlockingPlay(origin.url_of("master.m3u8"), FLIPS).play()
    assert replay(session.uri, FLIPS, session.inputs, session.over_at_us) == session.events


def test_songs_one_after_another(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_hollow_package(tmp_path / name, 3)
    with running_origin(tmp_path) as origin:
        url, follow = origin.url_of("one/master.m3u8"), origin.url_of("two/master.m3u8")
        controls = (Seek(100_000, 11_000_000), Seek(100_000, 11_000_000, song=2))
        scenario = Scenario("two", controls=controls, next_songs=("two",))
        session = BlockingPlay(url, scenario, next_songs=(SongAddress(follow, follow),)).play()
    assert replay_session(session) == session.events
    metrics = measure_play(session)
    assert [(song.name, song.ending) for song in metrics.songs] == [("one", "Ended"), ("two", "Ended")]
    assert metrics.songs[1].gap_us is not None


def test_every_request_is_told_with_the_size_of_its_body(origin: Origin, hollow_package: Path) -> None:
    told: list[Transfer] = []
    session = BlockingPlay(origin.url_of("master.m3u8"), FLIPS, told.append).play()
    whole = [transfer for transfer in told if not transfer.is_aborted]
    media = [transfer for transfer in whole if transfer.fetch.part in (Part.INIT, Part.SEGMENT)]
    assert {transfer.error for transfer in told} == {""}
    assert {t.fetch.request_id for t in whole} >= {e.request_id for e in session.events if isinstance(e, ev.Received)}
    assert media
    for transfer in media:
        path = hollow_package / transfer.fetch.resource.uri.removeprefix(origin.url + "/")
        assert transfer.size_bytes == path.stat().st_size


def test_no_thread_and_no_socket_outlives_a_session(hollow_package: Path) -> None:
    before, seen = own_sockets(), set[str]()
    with running_origin(hollow_package) as origin:
        BlockingPlay(origin.url_of("master.m3u8"), FLIPS, lambda _: seen.update(couriers())).play()
        assert seen == {"midnote-audio", "midnote-video"}
        assert couriers() == []
    assert own_sockets() == before


def test_leaving_aborts_what_is_under_way(hollow_package: Path) -> None:
    told: list[Transfer] = []
    with running_origin(hollow_package, constant_trace(200_000, 0, "slow")) as origin:
        scenario = Scenario("impatient", leaves_at_us=400_000)
        session = BlockingPlay(origin.url_of("master.m3u8"), scenario, told.append).play()
    assert [(t.fetch.part, t.error) for t in told if t.is_aborted] == [(Part.SEGMENT, "")]
    assert isinstance(session.events[-1], ev.Departed)


def test_another_thread_can_have_the_listener_leave(origin: Origin) -> None:
    play: BlockingPlay

    def leave_after_first_segment(transfer: Transfer) -> None:
        if transfer.fetch.part is Part.SEGMENT:
            threading.Thread(target=play.leave).start()

    play = BlockingPlay(origin.url_of("master.m3u8"), Scenario("sent away"), leave_after_first_segment)
    assert isinstance(play.play().events[-1], ev.Departed)


class StopHereError(BaseException):
    """Like gevent's GreenletExit or a KeyboardInterrupt: it comes at any moment and is no Exception."""


def test_an_interrupted_listener_leaves_before_the_exception_goes_on(origin: Origin) -> None:
    told: list[Transfer] = []

    def interrupt(transfer: Transfer) -> None:
        told.append(transfer)
        if len(told) == 3:
            raise StopHereError

    play = BlockingPlay(origin.url_of("master.m3u8"), FLIPS, interrupt)
    with pytest.raises(StopHereError):
        play.play()
    assert isinstance(play.events[-1], ev.Departed)
    assert couriers() == []


def test_an_origin_that_is_not_there_is_given_up(origin: Origin) -> None:
    scenario = Scenario("nobody home", config=PlayerConfig(attempts=1))
    session = BlockingPlay("http://127.0.0.1:1/master.m3u8", scenario).play()
    last = session.events[-1]
    assert isinstance(last, ev.GaveUp)
    assert last.reason == (
        "http://127.0.0.1:1/master.m3u8: ConnectionRefusedError: [Errno 111] Connection refused"
    )  # fmt: skip


def test_an_address_that_is_none_is_refused_and_leaves_nothing_behind() -> None:
    with pytest.raises(InputError, match="not an HTTP address"):
        BlockingPlay("master.m3u8", FLIPS).play()
    assert couriers() == []
