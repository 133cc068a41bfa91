"""Songs one after another, from end to end: two real packages with other ladders and frame rates, each proven."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from midnote import app
from simulator import events as ev
from simulator.controls import Pause, Seek, Skip
from simulator.errors import InputError
from simulator.faults import Aim, Fault, FaultKind, Faults
from simulator.journal import read_journal, write_journal
from simulator.outcome import Outcome
from simulator.play import (
    Survey,
    choose_scenario,
    find_next_songs,
    judge_session,
    measure_next_songs,
    open_package,
    play_folder_live,
    play_session,
)
from simulator.presentation import Medium
from simulator.profile import PROFILES, PlayerConfig
from simulator.replay import check_replay
from simulator.retrace import retrace
from simulator.scenario import Scenario, Tap
from simulator.session import Session, replay_session
from simulator.song_timeline import trace_play
from simulator.songs import name_song, split_session
from simulator.timeline import Mode
from simulator.trace import SHAPES, Trace, constant_trace

S = 1_000_000
SONG = Survey(60 * S, has_video=True)
A, V = Medium.AUDIO, Medium.VIDEO
# Samples heard of each: 24 s, and 586 AAC frames of 1024, whose end EXTINF gives to the microsecond: just below it.
SMALL, OTHER = 24 * 48_000, 586 * 1024 - 1


@pytest.fixture(scope="module")
def folders(small_package: Path, other_package: Path) -> tuple[str, str]:
    return str(small_package), str(other_package)


def play(
    songs: Sequence[str],
    taps: tuple[Tap, ...] = (),
    controls: tuple[Skip | Seek | Pause, ...] = (),
    link: Trace | None = SHAPES["3g"],
    config: PlayerConfig | None = None,
    faults: Faults = Faults(),  # noqa: B008 (a value)
    leaves_at_us: int | None = None,
) -> Session:
    first, *others = songs
    scenario = Scenario(
        "songs", taps, link, leaves_at_us, config=config or PlayerConfig(), faults=faults, controls=controls,
        next_songs=tuple(others),
    )  # fmt: skip
    return play_session(first, scenario, virtual=True, next_songs=others)


def said(session: Session) -> Session:
    """The session without its link, which is told apart by what it is, not by what it carries."""
    return replace(session, scenario=replace(session.scenario, link=None))


@pytest.fixture(scope="module")
def outcome(folders: tuple[str, str]) -> Outcome:
    """Small, other, small again; the picture comes on in the first and goes in the last."""
    small, other = folders
    taps = (Tap(3_300_000, V), Tap(9_100_000, A), Tap(13_700_000, V), Tap(4 * S, A, song=3))
    return judge_session(play((small, other, small), taps))


def test_every_song_is_proven_against_its_own_package(outcome: Outcome) -> None:
    assert [(song.number, song.heard_samples) for song in outcome.proof.songs] == [(1, SMALL), (2, OTHER), (3, SMALL)]
    assert (outcome.proof.missing_samples, outcome.proof.repeated_samples, outcome.proof.wrong_samples) == (0, 0, 0)
    assert outcome.proof.heard_samples == 2 * SMALL + OTHER
    assert outcome.verdict.reasons() == ()


def test_the_picture_goes_along_without_a_wait(outcome: Outcome) -> None:
    assert [song.picture_after_us for song in outcome.metrics.songs] == [None, 0, 0]
    frames = [song.frames for song in outcome.proof.songs]
    assert frames[1].expected == 375  # all of the other song's, at its 30 fps
    assert all((each.lost, each.doubled, each.wrong) == (0, 0, 0) for each in frames)


def test_there_is_no_silence_between_songs(outcome: Outcome) -> None:
    assert [song.gap_us for song in outcome.metrics.songs] == [None, 0, 0]
    values = {j.limit.name: j.value for j in outcome.verdict.judgements}
    assert (values["song_gap_s"], values["skip_to_sound_s"]) == (0, None)


def test_flips_are_numbered_through_and_know_their_song(outcome: Outcome) -> None:
    assert [(flip.number, flip.song, flip.wants) for flip in outcome.metrics.flips] == [
        (1, 1, V),
        (2, 1, A),
        (3, 1, V),
        (4, 3, A),
    ]
    assert [proof.flip for proof in outcome.proof.flips] == list(outcome.metrics.flips)


def test_two_runs_are_equal_and_the_journal_replays(folders: tuple[str, str], tmp_path: Path) -> None:
    taps, controls = (Tap(3 * S, V), Tap(2 * S, A, song=2)), (Skip(9 * S), Pause(5 * S, 2 * S, song=2))
    session = play((*folders, folders[0]), taps, controls)
    assert session == play((*folders, folders[0]), taps, controls)
    write_journal(session, tmp_path / "j.zip")
    again = read_journal(tmp_path / "j.zip")
    assert said(again) == said(session)
    assert replay_session(again) == session.events
    check_replay(again)
    assert judge_session(again).proof == judge_session(session).proof


def test_a_journal_of_before_there_were_songs_is_read(folders: tuple[str, str], tmp_path: Path) -> None:
    import zipfile

    session = play(folders[:1])
    write_journal(session, tmp_path / "new.zip")
    with zipfile.ZipFile(tmp_path / "new.zip") as new, zipfile.ZipFile(tmp_path / "old.zip", "w") as old:
        for name in new.namelist():
            body = new.read(name)
            if name == "journal.jsonl":
                first, rest = body.split(b"\n", 1)
                head = json.loads(first)
                del head["next_songs"], head["scenario"]["next_songs"]
                body = json.dumps({**head, "midnote_journal": 2}).encode() + b"\n" + rest
            old.writestr(name, body)
    assert said(read_journal(tmp_path / "old.zip")) == said(session)


def test_a_skip_is_heard_at_once_and_what_was_left_is_wasted(folders: tuple[str, str]) -> None:
    outcome = judge_session(play(folders, controls=(Skip(11_300_000),)))
    first, second = outcome.metrics.songs
    assert (first.ending, first.played_us, second.skip_to_sound_us) == ("Skipped", 11_300_000, 0)
    assert first.wasted_bytes > 100_000  # sound that was buffered for the rest of it
    assert outcome.metrics.wasted_bytes == first.wasted_bytes + second.wasted_bytes
    assert [song.heard_samples for song in outcome.proof.songs] == [11_300_000 * 48 // 1000, OTHER]
    assert outcome.verdict.is_good


def test_a_skip_in_the_middle_of_fetching_ahead(folders: tuple[str, str]) -> None:
    outcome = judge_session(play(folders, controls=(Skip(6 * S),), link=constant_trace(350_000, 60_000, "slow")))
    assert outcome.proof.missing_samples == outcome.proof.wrong_samples == 0
    assert outcome.metrics.songs[1].skip_to_sound_us is not None


def test_a_song_that_nobody_came_to_is_wasted(folders: tuple[str, str]) -> None:
    outcome = judge_session(play(folders, leaves_at_us=15 * S))
    waiting = outcome.metrics.songs[1]
    assert (waiting.began_at_us, waiting.ending) == (None, "")
    assert waiting.wasted_bytes == waiting.ahead_bytes > 50_000
    assert outcome.metrics.wasted_bytes >= waiting.wasted_bytes
    assert outcome.metrics.ending == "Departed"
    assert outcome.verdict.is_good


def test_a_cold_player_leaves_a_gap_which_is_judged(folders: tuple[str, str]) -> None:
    outcome = judge_session(play(folders, config=PlayerConfig(next_song="cold")))
    gap_us = outcome.metrics.songs[1].gap_us
    assert gap_us is not None
    assert 300_000 < gap_us < 1_500_000  # three round trips of 3G and a segment of sound
    assert outcome.verdict.exit_code == 1
    assert outcome.verdict.reasons() == (f"song_gap_s is {gap_us / 1e6:.4g} s, the limit is <= 0 s",)
    assert [result.broken for result in outcome.song_results()] == [(), ("song_gap_s",)]
    assert not outcome.is_untouched


def test_a_cold_skip_takes_as_long(folders: tuple[str, str]) -> None:
    outcome = judge_session(play(folders, controls=(Skip(9 * S),), config=PlayerConfig(next_song="cold")))
    wait_us = outcome.metrics.songs[1].skip_to_sound_us
    assert wait_us is not None
    assert 300_000 < wait_us < 1_500_000


def test_a_player_that_reloads_leaves_its_hole_between_songs(folders: tuple[str, str]) -> None:
    outcome = judge_session(play(folders, config=PlayerConfig(PROFILES["reload"])))
    assert [song.gap_us for song in outcome.metrics.songs] == [None, 29_000]
    assert outcome.proof.missing_samples == 0  # nothing is lost of either


def test_damage_in_the_second_song_is_charged_to_it(folders: tuple[str, str]) -> None:
    session = play(folders)
    (part,) = [part for part in split_session(session) if part.number == 2]
    lost = next(e for e in part.events if isinstance(e, ev.Buffered) and e.medium is A and e.index == 1)
    spoiled = replace(session, bodies={**session.bodies, lost.request_id: b"\x00\x00\x00\x08mdat"})
    outcome = judge_session(spoiled)
    assert [song.missing_samples for song in outcome.proof.songs] == [0, 200 * 1024]  # a segment
    assert [bool(result.broken) for result in outcome.song_results()] == [False, True]
    assert {seam.song for seam in outcome.proof.seams if seam.kind == "damage"} == {2}


def test_a_song_that_cannot_be_had_ends_the_session_clearly(folders: tuple[str, str]) -> None:
    gone = Faults((Fault(FaultKind.STATUS_CODE, 404, Aim(path="song-2/*")),))
    session = play(folders, faults=gone)
    assert [e.song for e in session.events if isinstance(e, ev.NextSongLost)] == [2]
    outcome = judge_session(session)
    assert outcome.metrics.ending == "GaveUp"
    assert outcome.verdict.reasons() == (
        "song_gap_s is 0.12 s, the limit is <= 0 s",  # the silence until it gave up
        "the player gave up: song-2/master.m3u8: status 404 where 200 was expected",
    )
    assert outcome.proof.heard_samples == SMALL


def test_a_song_that_heals_before_its_turn_is_played(folders: tuple[str, str]) -> None:
    ill = Faults((Fault(FaultKind.STATUS_CODE, 404, Aim(path="song-2/*", to_us=20 * S)),))
    outcome = judge_session(play(folders, faults=ill))
    assert [song.ending for song in outcome.metrics.songs] == ["Ended", "Ended"]
    assert outcome.metrics.songs[1].gap_us


def test_an_act_that_was_never_come_to_is_told(folders: tuple[str, str]) -> None:
    outcome = judge_session(play(folders, (Tap(20 * S, V),), (Skip(9 * S), Skip(15 * S))))
    assert outcome.verdict.reasons() == (
        "the tap to video at 20.00 s was never made: the session was over before",
        "the skip at 15.00 s was never made: it was not played so far",
    )


def test_the_timeline_goes_from_song_to_song(outcome: Outcome) -> None:
    timeline = trace_play(outcome.session)
    assert [(song.number, song.end_us) for song in timeline.songs] == [
        (song.number, song.over_at_us) for song in outcome.metrics.songs
    ]
    assert all(a.end_us == b.start_us for a, b in pairwise(timeline.modes))
    assert timeline.modes[0].mode is Mode.OPENING
    second = timeline.songs[1].start_us
    assert timeline.clock.song_at(second + 2 * S) == 2 * S
    assert max(point.value for point in timeline.ahead_levels) >= 8 * S
    assert {span.rung for span in timeline.audio_rungs} >= {"aac-256", "aac-128"}  # of one ladder and of the other


def test_a_replay_says_whose_its_events_are(outcome: Outcome) -> None:
    steps = retrace(outcome.session, ["playback"])
    assert [e.song for step in steps for e in step.events if isinstance(e, ev.SongTurn)] == [2, 3]
    (began,) = [s for s in steps if any(isinstance(e, ev.SongBegan) and e.song == 2 for e in s.events)]
    assert (began.standing.number, began.standing.song_us) == (2, 0)


@pytest.mark.slow
def test_two_songs_over_http(folders: tuple[str, str]) -> None:
    """The same core on a real clock: no gap, nothing lost, and the journal gives the same events."""
    small, other = folders
    controls = (Seek(2 * S, 16 * S), Seek(3 * S, 10 * S, song=2))
    scenario = Scenario("live", (Tap(17 * S, V),), SHAPES["4g"], controls=controls, next_songs=("other",))
    session = asyncio.run(play_folder_live(Path(small), scenario, shelf={"song-2": Path(other)}))
    assert replay_session(session) == session.events
    outcome = judge_session(session)
    assert outcome.metrics.ending == "Ended"
    assert [song.gap_us for song in outcome.metrics.songs] == [None, 0]
    assert (outcome.proof.missing_samples, outcome.proof.wrong_samples) == (0, 0)
    assert outcome.metrics.songs[1].picture_after_us is not None


@pytest.mark.slow
def test_a_fault_aimed_at_the_second_song_strikes_it_over_http_too(folders: tuple[str, str]) -> None:
    gone = Faults((Fault(FaultKind.STATUS_CODE, 404, Aim(path="song-2/master.m3u8")),))
    scenario = Scenario("live", controls=(Seek(1 * S, 22 * S),), faults=gone, next_songs=("other",))
    session = asyncio.run(play_folder_live(Path(folders[0]), scenario, shelf={"song-2": Path(folders[1])}))
    assert [e.song for e in session.events if isinstance(e, ev.NextSongLost)] == [2]
    assert isinstance(session.events[-1], ev.GaveUp)
    assert session.events[-1].reason.endswith("song-2/master.m3u8: status 404 where 200 was expected")
    assert replay_session(session) == session.events


@pytest.mark.slow
def test_a_url_that_is_not_there_ends_a_live_session_clearly(folders: tuple[str, str]) -> None:
    from simulator.origin import running_origin

    with running_origin(Path(folders[0])) as origin:
        target = f"{origin.url}/master.m3u8"
        scenario = Scenario("live", controls=(Seek(1 * S, 22 * S),), next_songs=("gone",))
        follow = find_next_songs(target, scenario, Path())
        session = play_session(target, scenario, next_songs=follow)
        outcome = judge_session(session, [open_package(target), open_package(follow[0])])
    assert outcome.metrics.ending == "GaveUp"
    assert "gone/master.m3u8: status 404" in outcome.verdict.reasons()[-1]


def test_next_songs_are_sought_from_the_scenario_or_the_url(folders: tuple[str, str], tmp_path: Path) -> None:
    scenario = Scenario("s", next_songs=("../other", "/abs"))
    assert find_next_songs("out/song", scenario, Path("lists")) == ("lists/../other", "/abs")
    assert find_next_songs("http://h/a/master.m3u8", Scenario("s", next_songs=("../b", "http://i/c")), Path()) == (
        "http://h/b/master.m3u8",
        "http://i/c/master.m3u8",
    )
    with pytest.raises(InputError, match=r"http://i/c: the song before it is a folder, out/song; give both as folders"):
        find_next_songs("out/song", Scenario("s", next_songs=("http://i/c",)), Path())
    with pytest.raises(InputError, match="gone: no such folder; give a package folder"):
        measure_next_songs([str(tmp_path / "gone")])


def test_the_command_line_plays_proves_and_steps_through_songs(folders: tuple[str, str], tmp_path: Path) -> None:
    scenario, journal, run = tmp_path / "s.toml", tmp_path / "j.zip", CliRunner().invoke
    scenario.write_text(
        f'name = "evening"\n[[next]]\npackage = "{folders[1]}"\n'
        '[[skip]]\nat_s = 8\n[[tap]]\nat_s = 3\nto = "video"\nsong = 2'
    )
    files = ["--journal", str(journal), "--report", str(tmp_path / "r.html"), "--p1203", str(tmp_path / "p")]
    played = run(app, ["play", folders[0], "--scenario", str(scenario), "--virtual", "--json", *files])
    assert played.exit_code == 0, played.output
    described = json.loads(played.output)
    assert [song["ending"] for song in described["songs"]] == ["Skipped", "Ended"]
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["evening-song-2-1.json"]
    proven = run(app, ["prove", str(journal), "--package", folders[0], "--package", folders[1], "--json"])
    assert json.loads(proven.output) == described
    assert run(app, ["prove", str(journal), "--package", folders[0]]).exit_code != 0
    stepped = run(app, ["replay", str(journal), "--only", "playback"])
    assert "skip taken playhead 8.000 s" in stepped.output
    assert "song began song 2, audio" in stepped.output
    assert "song 2: 0:00.00" in stepped.output


@pytest.mark.parametrize(("next_songs", "skips_s"), [(["b"], []), ([], [5.0])])
def test_a_scenario_says_itself_what_comes_next(next_songs: list[str], skips_s: list[float], tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("name = 's'")
    with pytest.raises(InputError, match=r"s\.toml: it says itself what comes next, as \[\[next\]\] and \[\[skip\]\]"):
        choose_scenario(SONG, tmp_path / "s.toml", [], None, next_songs=next_songs, skips_s=skips_s)


def test_without_taps_the_first_song_is_flipped_as_ever() -> None:
    scenario = choose_scenario(SONG, None, [], None, next_songs=["b", "c"])
    assert (len(scenario.taps), scenario.next_songs) == (5, ("b", "c"))


def test_skips_are_of_one_song_after_another_and_flips_come_before_them() -> None:
    scenario = choose_scenario(SONG, None, [], None, next_songs=["b", "c"], skips_s=[20, 7.5])
    assert scenario.controls == (Skip(20 * S, 1), Skip(7_500_000, 2))
    assert len(scenario.taps) == 5
    assert all(tap.playhead_us < 20 * S for tap in scenario.taps)
    with pytest.raises(InputError, match="the skip at 20 s has no song to go on to"):
        choose_scenario(SONG, None, [], None, skips_s=[20])


def test_as_many_packages_as_songs(outcome: Outcome, folders: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="the session has 3 songs; give --package 3 times, in their order"):
        judge_session(outcome.session, [open_package(folders[0])])


@pytest.mark.parametrize(
    ("package", "name"),
    [("out/song", "song"), ("http://h/a/song/master.m3u8", "song"), ("http://h", "http://h"), ("/x/song/", "song")],
)
def test_a_song_is_called_like_its_folder(package: str, name: str) -> None:
    assert name_song(package) == name
