from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.play import (
    Survey,
    choose_scenario,
    find_playlist,
    measure_duration_us,
    plan_default_taps,
    plan_taps,
    play_session,
)
from simulator.presentation import Medium
from simulator.scenario import Scenario, Tap
from simulator.trace import SHAPES

V, A = Medium.VIDEO, Medium.AUDIO
SONG = Survey(60_000_000, has_video=True)


def test_taps_go_to_video_and_back() -> None:
    assert plan_taps([1.5, 2.25, 4.0]) == (Tap(1_500_000, V), Tap(2_250_000, A), Tap(4_000_000, V))


@pytest.mark.parametrize("duration_s", [20, 60, 240, 300.14])
def test_default_taps_lie_inside_the_song_and_on_no_boundary(duration_s: float) -> None:
    taps = plan_default_taps(int(duration_s * 1e6))
    assert len(taps) == 5
    assert 0 < taps[0].playhead_us < taps[-1].playhead_us < duration_s * 1e6
    assert all(tap.playhead_us % 3_840_000 > 1_000 for tap in taps)


@pytest.mark.parametrize(
    ("target", "playlist"),
    [
        ("http://h", "http://h/master.m3u8"),
        ("http://h/song/", "http://h/song/master.m3u8"),
        ("https://h/song?key=1", "https://h/song/master.m3u8?key=1"),
        ("http://h/song/tv.m3u8?key=1", "http://h/song/tv.m3u8?key=1"),
        ("out/song", "out/song"),
    ],
)
def test_a_url_without_a_playlist_means_its_master(target: str, playlist: str) -> None:
    assert find_playlist(target) == playlist


def test_a_songs_length_is_what_its_playlist_says(hollow_package: Path) -> None:
    assert measure_duration_us(str(hollow_package)) == 61_440_000


def test_a_song_without_video_is_not_flipped_unless_that_is_asked_for() -> None:
    song = Survey(60_000_000, has_video=False)
    assert choose_scenario(song, None, [], None).taps == ()
    assert choose_scenario(song, None, [7.0], None).taps == (Tap(7_000_000, V),)


def test_a_scenario_is_a_file_or_taps_but_not_both(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("name = 'from file'\n[link]\nshape = '3g'")
    assert choose_scenario(SONG, path, [], None).link is SHAPES["3g"]
    assert choose_scenario(SONG, path, [], "none").link is None
    assert choose_scenario(SONG, None, [7.0], "4g").taps == (Tap(7_000_000, V),)
    assert len(choose_scenario(SONG, None, [], None).taps) == 5
    with pytest.raises(InputError, match="give --scenario or --tap, not both"):
        choose_scenario(SONG, path, [7.0], None)


@pytest.mark.parametrize(
    ("scenario", "virtual", "message"),
    [
        (Scenario("s"), True, "http://h/m: a virtual session needs a package folder"),
        (Scenario("s", link=SHAPES["3g"]), False, "http://h/m: the link '3g' needs a package folder"),
    ],
)
def test_a_url_is_played_as_it_is(scenario: Scenario, virtual: bool, message: str) -> None:
    with pytest.raises(InputError, match=message):
        play_session("http://h/m", scenario, virtual=virtual)


def test_what_is_no_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder; give a package folder"):
        measure_duration_us(str(tmp_path / "absent"))
    with pytest.raises(InputError, match=r"has no master\.m3u8; give a folder that `midnote package` has made"):
        measure_duration_us(str(tmp_path))
