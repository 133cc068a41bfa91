from simulator.controls import Pause, ScreenOff, Seek, Skip
from simulator.inputs import Paused, Resumed, ScreenSwitched, Skipped, Sought, Tapped
from simulator.listener import Listener
from simulator.playqueue import PlayQueue
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.queue_listener import QueueListener, open_listener
from simulator.scenario import Scenario, Tap

S = 1_000_000


class Playing(PlayQueue):
    """Whatever song is set, its playhead started at 1 s of the clock."""

    def __init__(self) -> None:
        super().__init__(("a", "b"), PlayerConfig())

    def clock_at(self, media_us: int) -> int | None:
        return S + media_us


def listen(taps: tuple[Tap, ...] = (), controls: tuple[Skip | Pause | ScreenOff | Seek, ...] = ()) -> Listener:
    return open_listener(Scenario("s", taps, controls=controls, next_songs=("b",)))


def test_one_song_has_the_listener_it_always_had() -> None:
    assert type(open_listener(Scenario("s"))) is Listener
    assert type(listen()) is QueueListener


def test_an_act_waits_for_its_own_song() -> None:
    listener, player = listen((Tap(5 * S, Medium.VIDEO), Tap(2 * S, Medium.AUDIO, song=2))), Playing()
    assert listener.acts_at(player) == 6 * S
    assert listener.act(player, 6 * S) == Tapped(6 * S, Medium.VIDEO)
    assert listener.acts_at(player) is None
    player.song = 2
    assert listener.acts_at(player) == 3 * S
    assert listener.act(player, 9 * S) == Tapped(9 * S, Medium.AUDIO)


def test_what_a_skip_leaves_behind_is_never_done() -> None:
    listener, player = listen((Tap(5 * S, Medium.VIDEO),), (Skip(2 * S),)), Playing()
    assert listener.act(player, 3 * S) == Skipped(3 * S)
    player.song = 2
    assert listener.acts_at(player) is None


def test_a_pause_ends_with_its_song_and_a_dark_screen_does_not() -> None:
    listener, player = listen(controls=(Pause(2 * S, 5 * S), ScreenOff(2 * S, 5 * S))), Playing()
    assert listener.act(player, 3 * S) == Paused(3 * S)
    assert listener.act(player, 3 * S) == ScreenSwitched(3 * S, is_on=False)
    player.song = 2
    assert listener.acts_at(player) == 8 * S
    assert listener.act(player, 8 * S) == ScreenSwitched(8 * S, is_on=True)
    assert listener.act(player, 8 * S) is None


def test_a_pause_is_over_in_its_own_song_as_ever() -> None:
    listener, player = listen(controls=(Pause(2 * S, 5 * S),)), Playing()
    assert listener.act(player, 3 * S) == Paused(3 * S)
    assert listener.act(player, 8 * S) == Resumed(8 * S)


def test_a_seek_jumps_over_nothing_of_another_song() -> None:
    listener, player = listen((Tap(3 * S, Medium.VIDEO, song=2),), (Seek(2 * S, 5 * S),)), Playing()
    assert listener.act(player, 3 * S) == Sought(3 * S, 5 * S)
    player.song = 2
    assert listener.act(player, 4 * S) == Tapped(4 * S, Medium.VIDEO)
