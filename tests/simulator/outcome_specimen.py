"""A session of 13 s told by hand, in which everything happens once, and outcomes made of it.

The listener opens the song, hears it from 1.0 s on, asks for the picture at 3.0 s, sees it from 4.1 s on, sees it stand
still from 5.0 to 6.0 s, goes back at 8.0 s; the sound stops from 9.0 to 11.0 s; the listener leaves at 13.0 s.
"""

from dataclasses import replace

from simulator import events as ev
from simulator.commands import Part
from simulator.limits import DEFAULT_LIMITS
from simulator.metrics import find_flips, measure_session
from simulator.outcome import Outcome
from simulator.presentation import Medium, Presentation, Rung
from simulator.scenario import Scenario, Tap
from simulator.session import Session
from simulator.trace import Period, Trace
from simulator.verdict import FlipProof, Proof, Seam, judge

AUDIO, VIDEO = Medium.AUDIO, Medium.VIDEO

EVENTS: tuple[ev.Event, ...] = (
    ev.Requested(0, 1, Part.MULTIVARIANT, None, "", -1),
    ev.Received(100_000, 1, 500, 0),
    ev.Requested(100_000, 2, Part.SEGMENT, AUDIO, "aac-96", 0),
    ev.Received(1_000_000, 2, 48_000, 400_000),
    ev.Buffered(1_000_000, AUDIO, "aac-96", 0, 0, 4_000_000, 2, -1, 48_000),
    ev.PlaybackStarted(1_000_000),
    ev.Requested(1_000_000, 3, Part.SEGMENT, AUDIO, "aac-256", 1),
    ev.Received(2_000_000, 3, 128_000, 1_000_000),
    ev.Buffered(2_000_000, AUDIO, "aac-256", 1, 4_000_000, 8_000_000, 3, -1, 128_000),
    ev.TapTaken(3_000_000, 2_000_000, VIDEO),
    ev.Requested(3_000_000, 4, Part.SEGMENT, VIDEO, "240p", 0),
    ev.Received(4_000_000, 4, 125_000, 1_000_000),
    ev.Buffered(4_000_000, VIDEO, "240p", 0, 0, 4_000_000, 4, -1, 125_000),
    ev.FirstFrame(4_100_000, 3_100_000, "240p"),
    ev.VideoFroze(5_000_000, 4_000_000),
    ev.Requested(5_000_000, 5, Part.SEGMENT, VIDEO, "720p", 1),
    ev.Received(6_000_000, 5, 1_000_000, 1_000_000),
    ev.Buffered(6_000_000, VIDEO, "720p", 1, 4_000_000, 8_000_000, 5, -1, 1_000_000),
    ev.VideoResumed(6_000_000, 5_000_000),
    ev.Requested(6_000_000, 6, Part.SEGMENT, VIDEO, "720p", 2),
    ev.TapTaken(8_000_000, 7_000_000, AUDIO),
    ev.Aborted(8_000_000, 6, 50_000, "the listener tapped"),
    ev.VideoStopped(8_000_000, 7_000_000, "the listener tapped"),
    ev.Requested(8_000_000, 7, Part.SEGMENT, AUDIO, "aac-96", 2),
    ev.RebufferStarted(9_000_000, 8_000_000),
    ev.Retried(10_000_000, 7, "status 503"),
    ev.Requested(10_500_000, 8, Part.SEGMENT, AUDIO, "aac-96", 2),
    ev.Received(11_000_000, 8, 48_000, 800_000),
    ev.Buffered(11_000_000, AUDIO, "aac-96", 2, 8_000_000, 12_000_000, 8, -1, 48_000),
    ev.RebufferEnded(11_000_000, 8_000_000),
    ev.Requested(12_000_000, 9, Part.SEGMENT, AUDIO, "aac-96", 3),
    ev.Departed(13_000_000, 10_000_000),
)

# The same listener on a better day: no freeze, no rebuffer, the picture after 0.5 s.
SMOOTH_EVENTS: tuple[ev.Event, ...] = (
    *EVENTS[:12],
    ev.Buffered(3_400_000, VIDEO, "240p", 0, 0, 8_000_000, 4, -1, 250_000),
    ev.FirstFrame(3_500_000, 2_500_000, "240p"),
    ev.TapTaken(8_000_000, 7_000_000, AUDIO),
    ev.VideoStopped(8_000_000, 7_000_000, "the listener tapped"),
    ev.Departed(10_000_000, 9_000_000),
)

# The smooth day with a player that stops the sound for 29 ms on its way to the picture.
HOLED_EVENTS: tuple[ev.Event, ...] = (
    *SMOOTH_EVENTS[:10],
    ev.HoleStarted(3_000_000, 2_000_000, "the player switches", drops_sound=False),
    ev.HoleEnded(3_029_000, 2_000_000),
    *SMOOTH_EVENTS[10:],
)

PRESENTATION = Presentation(
    "master.m3u8",
    (
        Rung("aac-96", AUDIO, "audio/aac-96/playlist.m3u8", 96_000, 96_000),
        Rung("aac-256", AUDIO, "audio/aac-256/playlist.m3u8", 256_000, 256_000),
    ),
    (
        Rung("240p", VIDEO, "video/240p/playlist.m3u8", 250_000, 250_000),
        Rung("720p", VIDEO, "video/720p/playlist.m3u8", 2_000_000, 2_000_000),
    ),
)
# 2 s at 1.6 Mbit/s and 1 s at 0.4 Mbit/s, over and over.
LINK = Trace("commute", (Period(2_000_000, 1_600_000, 50_000), Period(1_000_000, 400_000, 50_000)))
SCENARIO = Scenario("commuter", (Tap(2_000_000, VIDEO), Tap(7_000_000, AUDIO)), LINK)


def make_outcome(
    events: tuple[ev.Event, ...] = EVENTS,
    scenario: Scenario = SCENARIO,
    missing_samples: int = 0,
    click_db: float | None = None,
    av_offset_ms: float = 12.5,
) -> Outcome:
    """An outcome whose damage, if any, lies around its first flip."""
    flips = find_flips(events)
    proofs = tuple(
        FlipProof(
            flip,
            missing_samples if flip.number == 1 else 0,
            0,
            0,
            click_db if flip.number == 1 else None,
            av_offset_ms if flip.wants is VIDEO and flip.settled_at_us is not None else None,
        )
        for flip in flips
    )
    seams = tuple(
        Seam(p.flip.tapped_playhead_us / 1e6, f"tap {p.flip.number}", p.seam_click_db) for p in proofs
    )  # fmt: skip
    metrics = measure_session(events)
    proof = Proof(480_000, 48_000, missing_samples, 0, 0, seams, proofs)
    session = Session("out/song", "master.m3u8", "virtual", scenario, (), events, events[-1].at_us)
    return Outcome(session, PRESENTATION, metrics, proof, judge(metrics, proof, scenario), "out/song")


def smooth_outcome(name: str = "commuter") -> Outcome:
    """An outcome with nothing wrong in it."""
    return make_outcome(SMOOTH_EVENTS, replace(SCENARIO, name=name))


def with_limit(name: str, high: float) -> Scenario:
    """The scenario of the specimen with one limit set otherwise."""
    limit = replace(DEFAULT_LIMITS[name], high=high)
    return replace(SCENARIO, limits={**DEFAULT_LIMITS, name: limit})
