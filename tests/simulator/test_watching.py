from rich.progress import Progress

from simulator import events as ev
from simulator.presentation import Medium
from simulator.watching import _watcher, describe_event

S = 1_000_000


def test_the_line_follows_the_playhead_from_song_to_song() -> None:
    progress = Progress(disable=True)
    task = progress.add_task("evening", total=24 * S, song="", state="opening")
    watch = _watcher(progress, task, "evening", (("other", 12 * S), ("third", None)))
    watch(5 * S, ev.PlaybackStarted(6 * S))
    line = progress.tasks[0]
    assert (line.description, line.total, line.completed, line.fields["song"]) == ("evening", 24 * S, 5 * S, "  5.0 s")
    watch(0, ev.SongBegan(30 * S, 2, Medium.VIDEO))
    assert (line.description, line.total, line.completed) == ("evening: other", 12 * S, 0)
    assert line.fields["state"] == "next song"
    watch(0, ev.SongBegan(42 * S, 3, Medium.AUDIO))
    assert line.description == "evening: third"


def test_what_is_fetched_ahead_means_nothing_to_a_listener() -> None:
    assert describe_event(ev.SongTurn(1, 2)) == ""
    assert describe_event(ev.NextSongLost(1, 2, "status 404")) == ""
