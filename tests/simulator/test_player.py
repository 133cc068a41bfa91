"""The core is driven by hand: every time is a number, every answer is given by the test."""

from simulator import events as ev
from simulator.commands import Abort, Command, Fetch, Part
from simulator.inputs import Answered, Arrived, Failed, Finished, Left, Opened, Tapped
from simulator.player import Player
from simulator.presentation import MediaPlaylist, Medium, Presentation, Resource, Rung, Segment
from simulator.profile import PlayerConfig

S = 1_000_000
AUDIO = (Rung("a1", Medium.AUDIO, "a1.m3u8", 100_000, 100_000), Rung("a2", Medium.AUDIO, "a2.m3u8", 200_000, 200_000))
VIDEO = (Rung("v1", Medium.VIDEO, "v1.m3u8", 300_000, 300_000), Rung("v2", Medium.VIDEO, "v2.m3u8", 900_000, 900_000))


def playlist_of(uri: str, segments: int = 5) -> MediaPlaylist:
    """Segments of 4 s each."""
    cut = tuple(Segment(Resource(f"{uri}/{n}"), n * 4 * S, 4 * S) for n in range(segments))
    return MediaPlaylist(uri, Resource(f"{uri}/init"), cut)


class Bench:
    """Answers a player by hand: each fetch takes the time that the test says."""

    def __init__(self, config: PlayerConfig | None = None, video: tuple[Rung, ...] = VIDEO) -> None:
        self.player = Player("master.m3u8", config)
        self.presentation = Presentation("master.m3u8", AUDIO, video)
        self.commands: list[Command] = []
        self.events: list[ev.Event] = []
        self.player.feed(Opened(0))
        self.collect()

    def collect(self) -> None:
        self.commands += self.player.take_commands()
        self.events += self.player.take_events()

    def advance(self, now_us: int) -> None:
        self.player.advance(now_us)
        self.collect()

    def feed(self, happened: Answered | Arrived | Failed | Finished | Left | Tapped) -> None:
        self.player.feed(happened)
        self.collect()

    def open_fetches(self) -> list[Fetch]:
        aborted = {c.request_id for c in self.commands if isinstance(c, Abort)}
        done = {e.request_id for e in self.events if isinstance(e, ev.Received | ev.Retried | ev.Lost)}
        return [c for c in self.commands if isinstance(c, Fetch) and c.request_id not in aborted | done]

    def refuse(self, fetch: Fetch, at_us: int) -> None:
        """A status that says that another try would give the same."""
        self.feed(Failed(at_us, fetch.request_id, "status 404", is_final=True))

    def answer(self, fetch: Fetch, at_us: int, size_bytes: int = 50_000) -> None:
        """The whole body, at once."""
        self.feed(Answered(at_us, fetch.request_id))
        self.feed(Arrived(at_us, fetch.request_id, size_bytes))
        self.feed(Finished(at_us, fetch.request_id, self.playlist_for(fetch)))

    def playlist_for(self, fetch: Fetch) -> Presentation | MediaPlaylist | None:
        if fetch.part is Part.MULTIVARIANT:
            return self.presentation
        return playlist_of(fetch.resource.uri) if fetch.part is Part.PLAYLIST else None

    def answer_all(self, at_us: int) -> None:
        """Everything asked for, and whatever is asked for in turn, at one instant."""
        while fetches := self.open_fetches():
            for fetch in fetches:
                self.answer(fetch, at_us)

    def answer_medium(self, medium: Medium, at_us: int) -> None:
        while fetches := [f for f in self.open_fetches() if f.medium is medium]:
            for fetch in fetches:
                self.answer(fetch, at_us)

    def of(self, *kinds: type[ev.Event]) -> list[ev.Event]:
        return [event for event in self.events if isinstance(event, kinds)]


def playing_bench(config: PlayerConfig | None = None) -> Bench:
    """A player whose sound runs since 1 s, with everything it wanted at hand."""
    bench = Bench(config)
    bench.answer_all(1 * S)
    assert bench.of(ev.PlaybackStarted) == [ev.PlaybackStarted(1 * S)]
    return bench


def test_opens_with_the_multivariant_playlist() -> None:
    bench = Bench()
    assert bench.commands == [Fetch(1, Resource("master.m3u8"), Part.MULTIVARIANT)]


def test_sound_starts_with_the_first_segment() -> None:
    bench = Bench()
    bench.answer(bench.open_fetches()[0], 1 * S)
    assert [f.resource.uri for f in bench.open_fetches()] == ["a1.m3u8"]
    bench.answer(bench.open_fetches()[0], 2 * S)
    assert [f.resource.uri for f in bench.open_fetches()] == ["a1.m3u8/init", "a1.m3u8/0"]
    segment = bench.open_fetches()[1]
    bench.answer(segment, 3 * S)
    assert bench.of(ev.PlaybackStarted) == []  # no init segment yet
    bench.answer(bench.open_fetches()[0], 4 * S)
    assert bench.of(ev.PlaybackStarted) == [ev.PlaybackStarted(4 * S)]


def test_sound_plays_to_its_end() -> None:
    bench = playing_bench()
    bench.advance(30 * S)
    assert bench.events[-1] == ev.Ended(21 * S, 20 * S)
    assert bench.player.is_over


def test_deadlines_happen_at_their_own_time_not_the_wakers() -> None:
    early, late = playing_bench(), playing_bench()
    for second in range(2, 22):
        early.advance(second * S)
    late.advance(1000 * S)
    assert late.events == early.events


def test_a_deadline_wins_a_tie_against_an_input() -> None:
    bench = playing_bench()
    bench.feed(Tapped(21 * S, Medium.VIDEO))  # the song ends at this very instant
    assert bench.events[-1] == ev.Ended(21 * S, 20 * S)


def test_picture_joins_beside_the_sound_which_is_not_touched() -> None:
    bench = playing_bench()
    sound_before = bench.of(ev.Buffered)
    bench.feed(Tapped(2 * S, Medium.VIDEO))
    bench.answer_medium(Medium.VIDEO, 2 * S + 100_000)
    bench.advance(3 * S)
    assert bench.of(ev.TapTaken) == [ev.TapTaken(2 * S, 1 * S, Medium.VIDEO)]
    # 65 ms after the first segment is there (profile two-element).
    first = bench.of(ev.FirstFrame)[0]
    assert (first.at_us, first.playhead_us) == (2_165_000, 1_165_000)  # type: ignore[union-attr]
    assert [e for e in bench.of(ev.Buffered) if e.medium is Medium.AUDIO] == sound_before  # type: ignore[union-attr]
    assert bench.of(ev.RebufferStarted) == []


def test_tap_back_stops_the_picture_and_its_downloads_at_once() -> None:
    bench = playing_bench(PlayerConfig(warm="cold"))
    bench.feed(Tapped(2 * S, Medium.VIDEO))
    playlist = bench.open_fetches()[0]
    bench.answer(playlist, 2 * S + 50_000)
    segment = next(f for f in bench.open_fetches() if f.part is Part.SEGMENT)
    bench.feed(Answered(2 * S + 60_000, segment.request_id))
    bench.feed(Arrived(2 * S + 70_000, segment.request_id, 1234))
    bench.feed(Tapped(2 * S + 80_000, Medium.AUDIO))
    assert Abort(segment.request_id) in bench.commands
    assert bench.of(ev.Aborted) == [ev.Aborted(2 * S + 80_000, segment.request_id, 1234, "the listener tapped")]
    assert bench.of(ev.VideoStopped) == [ev.VideoStopped(2 * S + 80_000, 1 * S + 80_000, "the listener tapped")]
    fetched = len(bench.commands)
    bench.advance(3 * S)
    assert all(c.medium is not Medium.VIDEO for c in bench.commands[fetched:] if isinstance(c, Fetch))


def test_a_second_tap_to_the_same_side_changes_nothing() -> None:
    bench = playing_bench()
    bench.feed(Tapped(2 * S, Medium.AUDIO))
    assert bench.of(ev.TapTaken) == []


def test_sound_that_runs_dry_rebuffers_and_goes_on_where_it_stopped() -> None:
    bench = Bench()
    for _ in range(2):  # multivariant and media playlist
        bench.answer(bench.open_fetches()[0], 1 * S)
    for fetch in bench.open_fetches():  # init segment and segment 0
        bench.answer(fetch, 1 * S)
    bench.advance(6 * S)
    assert bench.of(ev.RebufferStarted) == [ev.RebufferStarted(5 * S, 4 * S)]
    for fetch in bench.open_fetches():
        bench.answer(fetch, 7 * S)
    assert bench.of(ev.RebufferEnded) == [ev.RebufferEnded(7 * S, 4 * S)]
    assert bench.player.playhead_us == 4 * S


def test_picture_that_runs_dry_freezes_while_the_sound_goes_on() -> None:
    bench = playing_bench()
    bench.feed(Tapped(2 * S, Medium.VIDEO))
    while not bench.of(ev.FirstFrame):  # the join segment, and nothing after it
        for fetch in bench.open_fetches():
            if fetch.index in {-1, 0}:
                bench.answer(fetch, 2 * S + 100_000)
        bench.advance(2 * S + 200_000)
    bench.advance(6 * S)
    assert bench.of(ev.VideoFroze) == [ev.VideoFroze(5 * S, 4 * S)]
    assert bench.of(ev.RebufferStarted) == []
    segment = next(f for f in bench.open_fetches() if f.part is Part.SEGMENT)
    for fetch in bench.open_fetches():
        bench.answer(fetch, 6 * S)
    assert segment.index == 1
    bench.advance(6 * S + 1)
    assert bench.of(ev.VideoResumed) == [ev.VideoResumed(6 * S, 5 * S)]


def test_a_join_that_comes_too_late_is_planned_again_further_on() -> None:
    bench = playing_bench()
    bench.feed(Tapped(2 * S, Medium.VIDEO))
    bench.advance(5 * S)  # the playhead has passed segment 0
    joins = bench.of(ev.JoinPlanned)
    assert [(j.at_us, j.index) for j in joins] == [(2 * S, 0), (5 * S, 1)]  # type: ignore[union-attr]


def test_a_failed_request_is_tried_again_and_then_given_up() -> None:
    bench = Bench()
    for attempt, at_us in enumerate((1 * S, 2 * S, 4 * S, 8 * S), 1):
        bench.advance(at_us)
        fetch = bench.open_fetches()[-1]
        bench.feed(Failed(at_us, fetch.request_id, "status 503"))
        assert len(bench.of(ev.Retried)) == min(attempt, 3)
    assert bench.events[-1] == ev.GaveUp(8 * S, 0, "status 503")
    assert bench.player.is_over


def segment_of(bench: Bench, medium: Medium) -> Fetch:
    return next(f for f in bench.open_fetches() if f.part is Part.SEGMENT and f.medium is medium)


def test_a_picture_that_cannot_be_had_leaves_the_sound_alone() -> None:
    bench = playing_bench()
    bench.feed(Tapped(2 * S, Medium.VIDEO))
    bench.refuse(segment_of(bench, Medium.VIDEO), 2 * S + 1)
    other = next(f for f in bench.open_fetches() if f.medium is Medium.VIDEO and f.part is not Part.INIT)
    assert other.part is Part.PLAYLIST  # of the other rung: its turn has come
    bench.refuse(other, 2 * S + 2)
    stopped = bench.of(ev.VideoStopped)
    assert [s.reason for s in stopped] == ["gave up after 1 attempts: status 404"]  # type: ignore[union-attr]
    bench.advance(30 * S)
    assert bench.events[-1] == ev.Ended(21 * S, 20 * S)


def test_warming_up_that_fails_is_no_concern_of_the_listener() -> None:
    bench = Bench()
    while not [f for f in bench.open_fetches() if f.medium is Medium.VIDEO]:
        bench.answer(bench.open_fetches()[0], 1 * S)
    warmth = next(f for f in bench.open_fetches() if f.medium is Medium.VIDEO)
    bench.refuse(warmth, 1 * S)
    assert bench.of(ev.VideoStopped) == []


def test_an_answer_that_does_not_come_is_asked_for_again_at_once() -> None:
    bench = Bench()
    bench.advance(10 * S)
    assert bench.commands[1:] == [Abort(1), Fetch(2, Resource("master.m3u8"), Part.MULTIVARIANT)]
    assert bench.of(ev.Retried) == [ev.Retried(10 * S, 1, "master.m3u8: no answer for 10 s")]
    bench.advance(40 * S)
    assert bench.events[-1] == ev.GaveUp(40 * S, 0, "master.m3u8: no answer for 10 s")


def test_a_body_that_stalls_or_crawls_is_asked_for_again() -> None:
    bench = Bench(PlayerConfig(load_timeout_us=30 * S))
    bench.feed(Answered(1 * S, 1))
    bench.feed(Arrived(2 * S, 1, 10))
    bench.advance(12 * S)
    assert bench.of(ev.Retried) == [ev.Retried(12 * S, 1, "master.m3u8: no byte for 10 s")]
    bench.feed(Answered(13 * S, 2))
    for second in range(14, 45, 5):
        bench.feed(Arrived(second * S, 2, 10))
    assert bench.of(ev.Retried)[1:] == [ev.Retried(42 * S, 2, "master.m3u8: not whole after 30 s")]


def test_waits_between_attempts_double_up_to_a_limit() -> None:
    bench = Bench(PlayerConfig(attempts=7))
    waits = []
    failed_us = 0
    for _ in range(6):
        bench.feed(Failed(failed_us, bench.open_fetches()[-1].request_id, "status 503"))
        due_us = bench.player.deadline()
        assert due_us is not None
        waits.append(due_us - failed_us)
        bench.advance(due_us)
        failed_us = due_us
    assert waits == [500_000, 1 * S, 2 * S, 4 * S, 8 * S, 8 * S]


def test_a_sound_rung_that_fails_is_replaced_by_the_other() -> None:
    bench = Bench()
    bench.answer(bench.open_fetches()[0], 1 * S)
    assert [f.rung for f in bench.open_fetches()] == ["a1"]
    bench.refuse(bench.open_fetches()[0], 1 * S)
    assert [f.rung for f in bench.open_fetches()] == ["a2"]
    bench.answer_all(2 * S)
    assert bench.of(ev.PlaybackStarted) == [ev.PlaybackStarted(2 * S)]


def test_a_song_without_video_says_so() -> None:
    bench = Bench(video=())
    bench.answer_all(1 * S)
    bench.feed(Tapped(2 * S, Medium.VIDEO))
    assert bench.events[-1] == ev.VideoStopped(2 * S, 1 * S, "this presentation has no video")


def test_a_listener_who_leaves_ends_everything() -> None:
    bench = Bench()
    bench.feed(Left(1 * S))
    assert Abort(1) in bench.commands
    assert bench.events[-1] == ev.Departed(1 * S, 0)
    assert bench.player.deadline() is None


def test_sound_comes_before_picture_when_it_is_short() -> None:
    config = PlayerConfig(audio_goal_us=8 * S, audio_comfort_us=8 * S, audio_critical_us=3 * S, warm="cold")
    bench = Bench(config)
    for _ in range(2):
        bench.answer(bench.open_fetches()[0], 1 * S)
    for fetch in bench.open_fetches():
        bench.answer(fetch, 1 * S)  # 4 s of sound, playing
    bench.feed(Tapped(1 * S, Medium.VIDEO))
    bench.answer(next(f for f in bench.open_fetches() if f.medium is Medium.VIDEO), 1 * S)
    assert any(f.part is Part.SEGMENT and f.medium is Medium.VIDEO for f in bench.open_fetches())
    bench.advance(3 * S)  # 2 s of sound left: below critical since 2 s
    assert [(a.at_us, a.reason) for a in bench.of(ev.Aborted)] == [  # type: ignore[union-attr]
        (2 * S, "the sound needs the link")
    ]
