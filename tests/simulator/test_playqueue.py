"""Songs one after another, driven by hand: every time is a number, every answer is given by the test."""

from itertools import pairwise

from simulator import events as ev
from simulator.commands import Abort, Command, Fetch, Part
from simulator.inputs import (
    Answered,
    Arrived,
    Failed,
    Finished,
    Input,
    Left,
    Opened,
    Paused,
    ScreenSwitched,
    Skipped,
    Sought,
    SpeedChanged,
    Tapped,
)
from simulator.playqueue import PlayQueue
from simulator.presentation import MediaPlaylist, Medium, Presentation, Resource, Rung, Segment
from simulator.profile import PROFILES, PlayerConfig

S = 1_000_000
SONGS = ("one/m", "two/m", "three/m")
A, V = Medium.AUDIO, Medium.VIDEO


def presentation_of(folder: str, *, has_video: bool = True) -> Presentation:
    audio = (Rung("a1", A, f"{folder}/a1", 100_000, 100_000), Rung("a2", A, f"{folder}/a2", 200_000, 200_000))
    video = (Rung("v1", V, f"{folder}/v1", 300_000, 300_000),) if has_video else ()
    return Presentation(f"{folder}/m", audio, video)


def playlist_of(uri: str, segments: int) -> MediaPlaylist:
    """Segments of 4 s each."""
    cut = tuple(Segment(Resource(f"{uri}/{n}"), n * 4 * S, 4 * S) for n in range(segments))
    return MediaPlaylist(uri, Resource(f"{uri}/init"), cut)


class Bench:
    """Answers a queue of songs by hand, each of them 20 s long (or `segments` of 4 s)."""

    def __init__(
        self, config: PlayerConfig | None = None, songs: tuple[str, ...] = SONGS[:2], segments: int = 5,
        silent: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """`silent`: folders of songs without a video."""
        self.queue = PlayQueue(songs, config or PlayerConfig())
        self.segments, self.without_video = segments, silent
        self.commands: list[Command] = []
        self.events: list[ev.Event] = []
        self.feed(Opened(0))

    def feed(self, happened: Input) -> None:
        self.queue.feed(happened)
        self.collect()

    def advance(self, now_us: int) -> None:
        self.queue.advance(now_us)
        self.collect()

    def collect(self) -> None:
        self.commands += self.queue.take_commands()
        self.events += self.queue.take_events()

    def open_fetches(self, folder: str = "") -> list[Fetch]:
        gone = {c.request_id for c in self.commands if isinstance(c, Abort)}
        gone |= {e.request_id for e in self.events if isinstance(e, ev.Received | ev.Retried | ev.Lost | ev.Aborted)}
        asked = [c for c in self.commands if isinstance(c, Fetch) and c.request_id not in gone]
        return [fetch for fetch in asked if fetch.resource.uri.startswith(folder)]

    def answer(self, fetch: Fetch, at_us: int) -> None:
        self.feed(Answered(at_us, fetch.request_id))
        self.feed(Arrived(at_us, fetch.request_id, 50_000))
        self.feed(Finished(at_us, fetch.request_id, self.playlist_for(fetch)))

    def playlist_for(self, fetch: Fetch) -> Presentation | MediaPlaylist | None:
        uri = fetch.resource.uri
        if fetch.part is Part.MULTIVARIANT:
            folder = uri.split("/")[0]
            return presentation_of(folder, has_video=folder not in self.without_video)
        return playlist_of(uri, self.segments) if fetch.part is Part.PLAYLIST else None

    def answer_all(self, at_us: int, folder: str = "") -> None:
        """Everything asked for below a folder, and whatever is asked for in turn, at one instant."""
        while fetches := self.open_fetches(folder):
            self.answer(fetches[0], at_us)

    def of(self, *kinds: type[ev.Event]) -> list[ev.Event]:
        return [event for event in self.events if isinstance(event, kinds)]

    def asked(self, folder: str) -> list[str]:
        return [c.resource.uri for c in self.commands if isinstance(c, Fetch) and c.resource.uri.startswith(folder)]


# What a listener notices of the songs.
PLAY = (
    ev.PlaybackStarted,
    ev.SongBegan,
    ev.Ended,
    ev.Departed,
    ev.GaveUp,
    ev.SkipTaken,
    ev.FirstFrame,
    ev.NextSongLost,
)


def test_the_next_song_begins_at_the_very_moment_this_one_ends() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.advance(60 * S)
    assert bench.of(*PLAY) == [
        ev.PlaybackStarted(1 * S),
        ev.Ended(21 * S, 20 * S),
        ev.SongBegan(21 * S, 2, A),
        ev.PlaybackStarted(21 * S),
    ]


def test_the_last_song_ends_the_session() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.advance(21 * S)
    bench.answer_all(21 * S)
    bench.advance(60 * S)
    assert bench.events[-1] == ev.Ended(41 * S, 20 * S)
    assert bench.queue.is_over
    assert bench.queue.deadline() is None


def test_nothing_is_fetched_ahead_before_this_song_needs_nothing() -> None:
    bench = Bench()
    while fetches := bench.open_fetches("one"):
        assert bench.asked("two") == []
        bench.answer(fetches[0], 1 * S)
    assert bench.asked("two") == ["two/m"]


def test_what_is_fetched_ahead_is_bounded() -> None:
    bench = Bench(PlayerConfig(next_goal_us=8 * S), segments=50)
    bench.answer_all(1 * S)
    segments = [uri for uri in bench.asked("two") if uri[-1].isdigit() and "/v" not in uri and uri.count("/") == 2]
    assert len(segments) == 3  # 12 s: asked for while no more than 8 s are there
    assert not any("/v1" in uri for uri in bench.asked("two"))  # the listener wants the sound alone


def test_a_song_with_its_picture_on_is_followed_by_one_with_its_picture_on() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(Tapped(2 * S, V))
    bench.answer_all(2 * S)
    bench.advance(30 * S)
    assert bench.of(*PLAY)[2:] == [
        ev.Ended(21 * S, 20 * S),
        ev.SongBegan(21 * S, 2, V),
        ev.PlaybackStarted(21 * S),
        ev.FirstFrame(21 * S, 0, "v1"),
    ]
    assert next(uri for uri in bench.asked("two") if "/v1/" in uri and "init" not in uri) == "two/v1/0"


def test_of_the_next_picture_one_segment_is_fetched_ahead() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(Tapped(2 * S, V))
    bench.answer_all(2 * S)
    bench.advance(20 * S)
    assert [uri for uri in bench.asked("two") if uri.startswith("two/v1/")] == ["two/v1/init", "two/v1/0"]


def test_going_back_to_the_sound_drops_the_next_picture() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(Tapped(2 * S, V))
    bench.answer_all(2 * S)
    bench.feed(Tapped(10 * S, A))
    bench.advance(30 * S)
    assert bench.of(ev.SongBegan) == [ev.SongBegan(21 * S, 2, A)]
    assert bench.of(ev.FirstFrame)[1:] == []


def test_a_screen_that_is_off_stays_off_over_the_change() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(Tapped(2 * S, V))
    bench.answer_all(2 * S)
    bench.feed(ScreenSwitched(18 * S, is_on=False))
    bench.advance(22 * S)
    assert bench.of(ev.SongBegan) == [ev.SongBegan(21 * S, 2, A)]
    bench.answer_all(22 * S)
    bench.feed(ScreenSwitched(23 * S, is_on=True))
    bench.answer_all(23 * S)
    bench.advance(27 * S)
    assert isinstance(bench.of(ev.FirstFrame)[-1], ev.FirstFrame)
    assert bench.of(ev.FirstFrame)[-1].at_us > 23 * S


def test_a_skip_plays_what_was_fetched_ahead_at_once() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(Skipped(5 * S))
    assert bench.of(*PLAY)[1:] == [
        ev.SkipTaken(5 * S, 4 * S),
        ev.Departed(5 * S, 4 * S),
        ev.SongBegan(5 * S, 2, A),
        ev.PlaybackStarted(5 * S),
    ]


def test_a_skip_in_the_middle_of_fetching_ahead_goes_on_with_it() -> None:
    bench = Bench()
    bench.answer_all(1 * S, "one")
    bench.answer(bench.open_fetches("two")[0], 2 * S)  # its multivariant playlist
    under_way = bench.open_fetches("two")
    assert [fetch.part for fetch in under_way] == [Part.PLAYLIST]
    bench.feed(Skipped(3 * S))
    assert bench.open_fetches("two") == under_way
    bench.answer_all(4 * S, "two")
    assert bench.of(ev.PlaybackStarted) == [ev.PlaybackStarted(1 * S), ev.PlaybackStarted(4 * S)]


def test_a_skip_before_anything_was_fetched_ahead_opens_the_song_then() -> None:
    bench = Bench(PlayerConfig(next_song="cold"))
    bench.answer_all(1 * S)
    assert bench.asked("two") == []
    bench.feed(Skipped(5 * S))
    assert bench.asked("two") == ["two/m"]
    bench.answer_all(6 * S)
    assert bench.of(ev.PlaybackStarted)[-1] == ev.PlaybackStarted(6 * S)


def test_the_end_policy_waits_until_all_sound_is_here() -> None:
    early, end = (Bench(PlayerConfig(next_song=policy), segments=10) for policy in ("early", "end"))
    for bench in (early, end):
        bench.answer_all(1 * S)  # 28 s of 40 s: the goal is 24 s
    assert early.asked("two") != []
    assert end.asked("two") == []
    for second in (5, 9, 13):
        end.advance(second * S)
        end.answer_all(second * S)
    assert end.asked("two") != []


def test_a_skip_of_a_paused_song_plays_the_next() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(Paused(2 * S))
    bench.feed(Skipped(9 * S))
    assert bench.of(ev.SkipTaken, ev.PlaybackStarted)[1:] == [ev.SkipTaken(9 * S, 1 * S), ev.PlaybackStarted(9 * S)]
    bench.advance(10 * S)
    assert bench.queue.playhead_us == 1 * S


def test_a_skip_while_the_song_rebuffers_gives_it_up() -> None:
    bench = Bench(segments=10)
    while not bench.of(ev.PlaybackStarted):
        bench.answer(bench.open_fetches("one")[0], 1 * S)
    bench.advance(6 * S)
    assert bench.of(ev.RebufferStarted) == [ev.RebufferStarted(5 * S, 4 * S)]
    bench.feed(Skipped(7 * S))
    assert {fetch.resource.uri for fetch in bench.open_fetches()} == {"two/m"}
    bench.answer_all(8 * S)
    assert bench.of(ev.PlaybackStarted)[-1] == ev.PlaybackStarted(8 * S)


def test_a_skip_while_a_seek_waits_gives_that_up() -> None:
    bench = Bench(segments=50)
    bench.answer_all(1 * S)
    bench.feed(Sought(2 * S, 100 * S))
    assert bench.open_fetches("one") != []
    bench.feed(Skipped(3 * S))
    assert bench.open_fetches("one") == []
    assert bench.of(ev.PlaybackStarted)[-1] == ev.PlaybackStarted(3 * S)


def test_a_seek_takes_the_link_from_the_next_song() -> None:
    bench = Bench(segments=50)
    bench.answer_all(1 * S, "one")
    assert bench.open_fetches("two") != []
    bench.feed(Sought(2 * S, 100 * S))
    assert bench.open_fetches("two") == []
    assert [e.reason for e in bench.events if isinstance(e, ev.Aborted)] == ["the present song needs the link"]
    bench.answer_all(3 * S, "one")
    assert bench.open_fetches("two") != []  # asked for again


def test_a_picture_that_is_waited_for_takes_the_link_from_the_next_song() -> None:
    bench = Bench(segments=50)
    bench.answer_all(1 * S, "one")
    assert bench.open_fetches("two") != []
    bench.feed(Tapped(2 * S, V))
    assert bench.open_fetches("two") == []
    assert any(fetch.medium is V for fetch in bench.open_fetches("one"))


def test_sound_that_falls_low_takes_the_link_from_the_next_song() -> None:
    bench = Bench(segments=50)
    bench.answer_all(1 * S, "one")  # 28 s
    bench.advance(26 * S)  # 3 s are left, and the next song's playlist is under way since 1 s: it was tried again
    assert any(isinstance(e, ev.Requested) for e in bench.events)
    bench.advance(28 * S)
    assert bench.open_fetches("two") == []
    assert bench.queue.playhead_us == 27 * S


def test_the_next_song_is_urgent_when_this_ones_picture_keeps_the_link_busy() -> None:
    bench = Bench(segments=5)
    while bench.open_fetches("one/a") or bench.open_fetches("one/m"):
        bench.answer((bench.open_fetches("one/a") or bench.open_fetches("one/m"))[0], 1 * S)
    assert bench.open_fetches("one/v1") != []  # made warm, and never answered
    assert bench.asked("two") == []
    bench.advance(11 * S - 1)
    assert bench.asked("two") == []
    bench.advance(11 * S)  # 10 s are left
    assert bench.asked("two") == ["two/m"]


def test_what_cannot_be_fetched_ahead_is_tried_once_more_at_its_turn() -> None:
    bench = Bench()
    bench.answer_all(1 * S, "one")
    bench.feed(Failed(2 * S, bench.open_fetches("two")[0].request_id, "two/m: status 404", is_final=True))
    assert bench.of(ev.NextSongLost) == [ev.NextSongLost(2 * S, 2, "two/m: status 404")]
    bench.advance(20 * S)
    assert bench.asked("two") == ["two/m"]
    bench.advance(21 * S)
    assert bench.asked("two") == ["two/m", "two/m"]
    bench.answer_all(22 * S)
    assert bench.of(ev.PlaybackStarted)[-1] == ev.PlaybackStarted(22 * S)


def test_a_song_that_cannot_be_had_ends_the_session_with_the_reason() -> None:
    bench = Bench(songs=SONGS)
    bench.answer_all(1 * S, "one")
    bench.feed(Failed(2 * S, bench.open_fetches("two")[0].request_id, "status 404", is_final=True))
    bench.advance(21 * S)
    bench.feed(Failed(22 * S, bench.open_fetches("two")[0].request_id, "status 404", is_final=True))
    assert bench.events[-1] == ev.GaveUp(22 * S, 0, "status 404")
    assert bench.queue.is_over


def test_leaving_gives_up_what_was_being_fetched_ahead_and_is_said_last() -> None:
    bench = Bench()
    bench.answer_all(1 * S, "one")
    under_way = {fetch.request_id for fetch in bench.open_fetches("two")}
    bench.feed(Left(2 * S))
    assert {c.request_id for c in bench.commands if isinstance(c, Abort)} == under_way
    assert bench.events[-1] == ev.Departed(2 * S, 1 * S)
    assert bench.queue.is_over


def test_a_player_that_gives_up_says_so_last() -> None:
    bench = Bench(PlayerConfig(), segments=50)
    bench.answer_all(1 * S, "one")
    for second in (6, 6, 6, 6):  # every rung of the sound fails for good
        bench.advance(second * S)
        for fetch in bench.open_fetches("one"):
            bench.feed(Failed(second * S, fetch.request_id, "status 404", is_final=True))
    assert isinstance(bench.events[-1], ev.GaveUp)
    assert bench.open_fetches() == []


def test_the_speed_goes_along_to_the_next_song() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(SpeedChanged(3 * S, 200))  # 18 s are left: 9 s of the clock
    bench.advance(13 * S)
    assert bench.of(ev.SpeedSet, ev.PlaybackStarted)[2:] == [ev.SpeedSet(12 * S, 0, 200), ev.PlaybackStarted(12 * S)]
    assert bench.queue.playhead_us == 2 * S


def test_a_song_without_a_video_says_so_and_the_one_after_it_has_its_picture() -> None:
    bench = Bench(songs=SONGS, silent=("two",))
    bench.answer_all(1 * S)
    bench.feed(Tapped(2 * S, V))
    bench.answer_all(2 * S)
    bench.advance(21 * S)
    assert bench.of(ev.VideoStopped) == [ev.VideoStopped(21 * S, 0, "this song has no video")]
    bench.answer_all(21 * S)
    bench.advance(42 * S)
    assert bench.of(ev.SongBegan)[-1] == ev.SongBegan(41 * S, 3, V)
    assert bench.of(ev.FirstFrame)[-1] == ev.FirstFrame(41 * S, 0, "v1")


def test_a_player_that_reloads_is_silent_between_songs() -> None:
    bench = Bench(PlayerConfig(PROFILES["reload"]))
    bench.answer_all(1 * S)
    bench.advance(30 * S)
    assert bench.of(ev.SongBegan, ev.PlaybackStarted)[1:] == [
        ev.SongBegan(21 * S, 2, A),
        ev.PlaybackStarted(21 * S + 29_000),
    ]


def test_events_say_which_song_they_are_of() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.advance(22 * S)
    turns = [event.song for event in bench.events if isinstance(event, ev.SongTurn)]
    assert turns == [2, 1, 2]
    assert all(a != b for a, b in pairwise(turns))


def test_it_makes_no_difference_how_often_it_is_woken() -> None:
    early, late = Bench(), Bench()
    for bench in (early, late):
        bench.answer_all(1 * S)
    for tenth in range(10, 420):
        early.advance(tenth * S // 10)
    late.advance(1000 * S)
    early.advance(1000 * S)
    assert late.events == early.events


def test_a_skip_in_the_last_song_does_nothing() -> None:
    bench = Bench()
    bench.answer_all(1 * S)
    bench.feed(Skipped(5 * S))
    before = list(bench.events)
    bench.feed(Skipped(6 * S))
    assert bench.events == before
    assert bench.queue.playhead_us == 1 * S


def test_a_skip_twice_in_a_row_comes_to_the_third_song() -> None:
    bench = Bench(songs=SONGS)
    bench.answer_all(1 * S, "one")
    bench.feed(Skipped(2 * S))
    bench.feed(Skipped(3 * S))
    bench.answer_all(4 * S)
    assert bench.of(*PLAY)[1:] == [
        ev.SkipTaken(2 * S, 1 * S),
        ev.Departed(2 * S, 1 * S),
        ev.SongBegan(2 * S, 2, A),
        ev.SkipTaken(3 * S, 0),
        ev.Departed(3 * S, 0),
        ev.SongBegan(3 * S, 3, A),
        ev.PlaybackStarted(4 * S),
    ]
