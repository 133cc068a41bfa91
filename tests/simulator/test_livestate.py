from simulator import events as ev
from simulator.livestate import LiveState
from simulator.presentation import Medium


def buffered(medium: Medium, rung: str, end_us: int) -> ev.Buffered:
    return ev.Buffered(0, medium, rung, 0, 0, end_us, 1, 2, 1000)


def follow(*told: tuple[int, ev.Event]) -> LiveState:
    state = LiveState()
    for playhead_us, event in told:
        state.note(playhead_us, event)
    return state


def test_the_playhead_moves_on_between_events_while_there_is_sound() -> None:
    state = follow((0, ev.PlaybackStarted(500_000)))
    assert state.playhead_at(2_500_000) == 2_000_000
    state.note(2_000_000, ev.SpeedSet(2_500_000, 2_000_000, 150))
    assert state.playhead_at(4_500_000) == 5_000_000
    state.note(5_000_000, ev.RebufferStarted(4_500_000, 5_000_000))
    assert state.playhead_at(9_000_000) == 5_000_000


def test_levels_are_what_lies_ahead_of_the_playhead() -> None:
    state = follow((0, buffered(Medium.AUDIO, "aac-160", 4_000_000)), (0, ev.PlaybackStarted(1_000_000)))
    assert (state.level_at(Medium.AUDIO, 2_000_000), state.rung_of(Medium.AUDIO)) == (3_000_000, "aac-160")
    assert state.level_at(Medium.AUDIO, 9_000_000) == 0
    assert state.level_at(Medium.VIDEO, 2_000_000) is None


def test_a_flip_is_told_from_the_tap_to_the_first_frame_and_back() -> None:
    state = follow((0, ev.PlaybackStarted(0)))
    modes = [state.mode]
    for playhead_us, event in (
        (1_000_000, ev.TapTaken(1_000_000, 1_000_000, Medium.VIDEO)),
        (1_400_000, ev.FirstFrame(1_400_000, 1_400_000, "240p")),
        (2_000_000, ev.VideoFroze(2_000_000, 2_000_000)),
        (2_100_000, ev.RebufferStarted(2_100_000, 2_100_000)),
        (2_100_000, ev.RebufferEnded(2_500_000, 2_100_000)),
        (3_000_000, ev.TapTaken(3_000_000, 3_000_000, Medium.AUDIO)),
        (3_000_000, ev.VideoStopped(3_000_000, 3_000_000, "the listener tapped")),
    ):
        state.note(playhead_us, event)
        modes.append(state.mode)
    assert modes == [
        "sound", "picture asked for", "sound and picture", "picture stands still", "sound ran dry",
        "picture stands still", "sound", "sound",
    ]  # fmt: skip
    assert (state.flips, state.last_wait_us, state.stops) == (2, 400_000, 1)


def test_what_is_fetched_ahead_of_the_next_song_is_not_told_of_this_one() -> None:
    state = follow(
        (0, buffered(Medium.AUDIO, "aac-256", 9_000_000)),
        (0, ev.PlaybackStarted(0)),
        (8_000_000, ev.SongTurn(8_000_000, 2)),
        (8_000_000, buffered(Medium.AUDIO, "aac-96", 4_000_000)),
    )
    assert state.rung_of(Medium.AUDIO) == "aac-256"
    state.note(0, ev.SongBegan(9_000_000, 2, Medium.VIDEO))
    assert (state.song, state.mode, state.rung_of(Medium.AUDIO)) == (2, "opening", "aac-96")
    state.note(0, ev.PlaybackStarted(9_000_000))
    assert (state.mode, state.level_at(Medium.AUDIO, 10_000_000)) == ("picture asked for", 3_000_000)


def test_a_seek_keeps_what_the_player_keeps() -> None:
    state = follow(
        (0, buffered(Medium.AUDIO, "aac-96", 9_000_000)),
        (0, buffered(Medium.VIDEO, "144p", 9_000_000)),
        (0, ev.SeekStarted(0, 0, 5_000_000, keeps_sound=True, keeps_picture=False)),
    )
    assert state.mode == "seeking"
    assert (state.rung_of(Medium.AUDIO), state.rung_of(Medium.VIDEO)) == ("aac-96", "")
