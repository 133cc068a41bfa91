from fractions import Fraction

from outcome_specimen import EVENTS

from simulator.metrics import find_flips, measure_session
from simulator.p1203 import Watched, describe_stretches, find_watched
from simulator.presentation import Medium, Presentation, Rung

AUDIO, VIDEO = Medium.AUDIO, Medium.VIDEO
PRESENTATION = Presentation(
    "master.m3u8",
    (
        Rung("aac-96", AUDIO, "a", 96_000, 96_000, "mp4a.40.2"),
        Rung("aac-256", AUDIO, "b", 256_000, 256_000, "mp4a.40.2"),
    ),
    (
        Rung("240p", VIDEO, "c", 250_000, 250_000, "avc1.64000d,mp4a.40.2", 426, 240, Fraction(25)),
        Rung("720p", VIDEO, "d", 2_000_000, 2_000_000, "avc1.64001f,mp4a.40.2", 1280, 720, Fraction(25)),
    ),
)


def test_a_freeze_does_not_end_a_visit() -> None:
    # Seen from song time 3.1 s to 4 s, frozen to 5 s, seen to 7 s; tapped 1.1 s before the first frame.
    assert list(find_watched(EVENTS, find_flips(EVENTS))) == [Watched(1, 3_100_000, 7_000_000, 8_000_000, 1_100_000)]


def test_a_stretch_is_an_input_file_of_mode_0() -> None:
    (described,) = describe_stretches(EVENTS, measure_session(EVENTS), PRESENTATION)
    assert described == {
        "I11": {
            "streamId": 1,
            "segments": [
                {"bitrate": 96.0, "codec": "aaclc", "duration": 0.9, "start": 0.0},
                {"bitrate": 256.0, "codec": "aaclc", "duration": 3.0, "start": 0.9},
            ],
        },
        "I13": {
            "streamId": 1,
            "segments": [
                {"bitrate": 250.0, "codec": "h264", "duration": 0.9, "start": 0.0, "fps": 25.0,
                 "resolution": "426x240"},
                {"bitrate": 2000.0, "codec": "h264", "duration": 3.0, "start": 0.9, "fps": 25.0,
                 "resolution": "1280x720"},
            ],
        },
        "I23": {"streamId": 1, "stalling": [[0.0, 1.1], [0.9, 1.0]]},
        "IGen": {"device": "mobile", "displaySize": "1920x1080", "viewingDistance": "150cm"},
    }  # fmt: skip


def test_a_session_without_a_picture_has_no_files() -> None:
    events = EVENTS[:8]
    assert list(find_watched(events, find_flips(events))) == []
