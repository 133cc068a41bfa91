from simulator.inputs import Left, Opened, Tapped
from simulator.listener import Listener
from simulator.player import Player
from simulator.presentation import Medium
from simulator.scenario import Scenario, Tap

V, A = Medium.VIDEO, Medium.AUDIO


class Playing:
    """Its playhead started at 1 s of the clock."""

    def clock_at(self, media_us: int) -> int | None:
        return 1_000_000 + media_us


def test_a_tap_waits_for_the_playhead_and_comes_once() -> None:
    listener = Listener(Scenario("s", (Tap(5_000_000, V), Tap(9_000_000, A))))
    silent, playing = Player("m"), Playing()
    assert listener.acts_at(silent) is None  # no clock runs towards the tap yet
    assert listener.acts_at(playing) == 6_000_000
    assert listener.act(playing, 5_999_999) is None
    assert listener.act(playing, 6_000_000) == Tapped(6_000_000, V)
    assert listener.acts_at(playing) == 10_000_000


def test_leaving_goes_by_the_clock_and_before_tapping() -> None:
    listener = Listener(Scenario("s", (Tap(5_000_000, V),), leaves_at_us=6_000_000))
    player = Playing()
    assert listener.acts_at(Player("m")) == 6_000_000
    assert listener.act(player, 6_000_000) == Left(6_000_000)


def test_an_opened_player_that_only_waits_expects_no_act() -> None:
    player = Player("m")
    player.feed(Opened(0))
    assert Listener(Scenario("s")).acts_at(player) is None
