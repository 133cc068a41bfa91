import threading

import pytest

from loadtests.audience import Audience
from loadtests.figures import Figures
from simulator.drivers.blocking import BlockingPlay
from simulator.drivers.courier import Transfer
from simulator.origin import Origin
from simulator.scenario import Scenario


def test_listeners_are_numbered_anew_in_each_run() -> None:
    audience = Audience()
    audience.begin()
    assert [audience.number_listener(), audience.number_listener()] == [1, 2]
    audience.begin()
    assert audience.number_listener() == 1


def test_a_new_run_forgets_the_figures_of_the_last() -> None:
    audience = Audience()
    audience.add(Figures(sessions=1))
    audience.begin()
    assert audience.figures == Figures()


def test_figures_are_given_away_once() -> None:
    audience = Audience()
    audience.add(Figures(sessions=1))
    audience.add(Figures(sessions=2))
    assert [audience.take_figures(), audience.take_figures()] == [Figures(sessions=3), Figures()]


def test_everyone_sent_away_is_counted(hollow_origin: Origin) -> None:
    audience = Audience()
    is_playing = threading.Event()
    url = hollow_origin.url_of("master.m3u8")
    session = BlockingPlay(url, Scenario("stays for ever"), lambda _: is_playing.set())
    listener = threading.Thread(target=audience.play, args=(session,))
    listener.start()
    assert is_playing.wait(10)
    audience.send_away()
    listener.join(10)
    assert not listener.is_alive()
    assert (audience.figures.sessions, audience.figures.gave_up) == (1, 0)


def test_nobody_comes_once_all_are_sent_away_until_the_next_run(hollow_origin: Origin) -> None:
    def interrupt(transfer: Transfer) -> None:
        raise KeyboardInterrupt

    audience = Audience()
    audience.send_away()
    session = BlockingPlay(hollow_origin.url_of("master.m3u8"), Scenario("too late"), interrupt)
    audience.play(session)
    assert (audience.is_empty, audience.figures) == (True, Figures())
    audience.begin()
    with pytest.raises(KeyboardInterrupt):
        audience.play(session)
    assert audience.figures.sessions == 1


def test_an_interrupted_session_is_counted(hollow_origin: Origin) -> None:
    def interrupt(transfer: Transfer) -> None:
        raise KeyboardInterrupt

    audience = Audience()
    with pytest.raises(KeyboardInterrupt):
        audience.play(BlockingPlay(hollow_origin.url_of("master.m3u8"), Scenario("interrupted"), interrupt))
    assert audience.figures.sessions == 1
