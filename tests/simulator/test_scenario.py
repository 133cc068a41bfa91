import pytest

from simulator.controls import Seek, Skip
from simulator.errors import InputError
from simulator.presentation import Medium
from simulator.scenario import Tap, parse_scenario
from simulator.trace import constant_trace

COMMUTER = """
name = "commuter"
leaves_at_s = 45.5

[link]
shape = "3g"

[[tap]]
at_s = 7.3
to = "video"

[[tap]]
at_s = 19.25
to = "audio"

[limits]
tap_to_picture_s = 1.5
av_offset_ms = [-20, 30]
"""


def test_reads_what_the_listener_does() -> None:
    scenario = parse_scenario(COMMUTER, "commuter.toml")
    assert scenario.name == "commuter"
    assert scenario.taps == (Tap(7_300_000, Medium.VIDEO), Tap(19_250_000, Medium.AUDIO))
    assert scenario.leaves_at_us == 45_500_000
    assert scenario.link is not None
    assert scenario.link.name == "3g"


def test_limits_of_the_scenario_replace_the_default_ones() -> None:
    limits = parse_scenario(COMMUTER, "commuter.toml").limits
    assert limits["tap_to_picture_s"].high == 1.5
    assert (limits["av_offset_ms"].low, limits["av_offset_ms"].high) == (-20, 30)
    assert limits["audio_missing_samples"].high == 0


def test_a_link_can_be_given_by_its_figures() -> None:
    link = parse_scenario("[link]\nbandwidth_kbps = 1600\nlatency_ms = 80", "s").link
    assert link is not None
    assert (link.period_at(0).bandwidth_bps, link.period_at(0).latency_us) == (1_600_000, 80_000)


def test_a_link_can_be_a_seeded_model_with_a_latency_of_its_own() -> None:
    link = parse_scenario("[link]\nmodel = 'lte'\nseed = 7\nlatency_ms = 33", "s").link
    assert link is not None
    assert (link.name, link.period_at(0).latency_us, link.period_at(299_000_000).latency_us) == (
        "lte:7",
        33_000,
        33_000,
    )


def test_a_link_can_be_a_trace_that_the_caller_read() -> None:
    trace = constant_trace(5)
    assert parse_scenario("[link]\ntrace = 'a.csv'", "s", {"a.csv": trace}).link is trace


SONGS = """
name = "evening"

[switching]
next_song = "end"
next_goal_ms = 4000

[[next]]
package = "../other"

[[next]]
package = "http://h/third"

[[tap]]
at_s = 20.0
to = "video"

[[tap]]
at_s = 5.0
to = "audio"
song = 3

[[skip]]
at_s = 30.0

[[seek]]
at_s = 10.0
to_s = 20.0
song = 2
"""


def test_reads_songs_and_what_is_done_in_each() -> None:
    scenario = parse_scenario(SONGS, "s.toml")
    assert scenario.next_songs == ("../other", "http://h/third")
    assert scenario.taps == (Tap(20_000_000, Medium.VIDEO), Tap(5_000_000, Medium.AUDIO, song=3))
    assert scenario.controls == (Skip(30_000_000), Seek(10_000_000, 20_000_000, song=2))
    assert (scenario.config.next_song, scenario.config.next_goal_us) == ("end", 4_000_000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", r"s\.toml: not TOML"),
        ("nmae = 'x'", r"s\.toml: 'nmae' is unknown here; did you mean 'name'\?"),
        (
            "[limits]\ntap_to_pictures = 1",
            r"\[limits\] has no 'tap_to_pictures'; did you mean 'tap_to_picture_s'",
        ),
        ("[limits]\nrebuffer_s = 'none'", r"\[limits\] rebuffer_s is 'none'; it must be a number"),
        ("[limits]\nav_offset_ms = 5", r"av_offset_ms is 5; it must be a pair \[low, high\]"),
        ("[link]\nshape = '5g'", r"\[link\]: shape '5g' is unknown; there are 3g, 4g, wifi"),
        ("[link]\nshape = '3g'\nbandwidth_kbps = 5", r"give shape or bandwidth_kbps, not both"),
        ("[link]\nmodel = '5g'", r"\[link\]: model '5g' is unknown; there are lte, 3g-commute, wifi-dropouts"),
        ("[link]\nmodel = 'lte'\nseed = 0.5", r"\[link\]: seed is 0.5; it must be a whole number from 0"),
        ("[link]\nseed = 1", r"\[link\]: seed belongs to a model; name one of lte,"),
        ("[link]\nlatency_ms = 1", r"\[link\]: latency_ms alone is no link; add one of shape, bandwidth_kbps"),
        ("[link]\ntrace = 'x.csv'", r"\[link\]: the trace 'x.csv' is not at hand"),
        ("[link]\nspeed = 1", r"\[link\]: 'speed' is unknown here"),
        ("link = 3", r"link is 3; write it as a table: \[link\]"),
        ("tap = 3", r"tap is 3; write each as \[\[tap\]\]"),
        ("tap = [3]", r"tap 1: write it as a table"),
        ("[[tap]]\nto = 'video'", r"tap 1: at_s is None; give the song time"),
        ("[[tap]]\nat_s = -1\nto = 'video'", r"tap 1: at_s is -1.0; give the song time"),
        ("[[tap]]\nat_s = true\nto = 'video'", r"tap 1: at_s is True; it must be a number"),
        ("[[tap]]\nat_s = 1\nto = 'film'", r"tap 1: to is 'film'; it must be 'audio' or 'video'"),
        ("[[tap]]\nat_s = 1\nto = 'audio'", r"the tap at 1 s asks for audio, which is on already"),
        (
            "[[tap]]\nat_s = 2\nto = 'video'\n[[tap]]\nat_s = 2\nto = 'audio'",
            r"taps must come in the order of song time, at 2 s does not",
        ),
        ("[player]\nprofile = 'winamp'", r"s.toml: profile 'winamp' is unknown; there are two-element, native"),
        (
            "[player]\nabr = 'luck'",
            r"the rule 'luck' is unknown; there are throughput, bola, bola-e, dynamic, robust-mpc, buffer-based, fix",
        ),
        ("[player]\naudio_abr = 'bola:1'", r"the rule 'bola:1' is unknown"),
        ("leaves_at_s = nan", r"leaves_at_s is nan; it must be a number"),
        ("name = 3", r"name is 3; it must be a text in quotes"),
        ("[[next]]\npackge = 'b'", r"s.toml: next 1: 'packge' is unknown here; did you mean 'package'\?"),
        ("[[next]]", r"s.toml: next 1: has no package; name a package folder, or a URL"),
        ("next = ['b']", r"s.toml: next 1: write it as a table: \[\[next\]\] with package"),
        ("next = 'b'", r"s.toml: next is 'b'; write each as \[\[next\]\]"),
        ("[[skip]]\nat_s = 5", r"the skip at 5 s has no song to go on to; add a \[\[next\]\]"),
        ("[[tap]]\nat_s = 5\nto = 'video'\nsong = 2", r"something is to be done in song 2; there is one song"),
        ("[[pause]]\nat_s = 5\nfor_s = 1\nsong = 0", r"pause 1: song is 0; 1 is the first song"),
        ("[[tap]]\nat_s = 5\nto = 'video'\nsong = 1.5", r"tap 1: song is 1.5; 1 is the first song"),
        ("[switching]\nnext_song = 'now'", r"next_song is 'now'; it must be one of cold, end, early"),
        ("[switching]\nnext_goal_ms = -1", r"next_goal_ms is -1; give milliseconds, 0 or more"),
        ("[switching]\nnext_goal_ms = 60000", r"s.toml: \[switching\] next_goal_ms is 60000; give 2000 .. 24000"),
    ],
)
def test_names_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_scenario(text, "s.toml")
