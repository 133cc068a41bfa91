"""A session of four songs told by hand, in which every way from song to song happens once.

The first is heard from 1 s to its end at 9 s. The second waits with its sound since 4 s and begins half a second late;
its picture is there at 10 s; the listener skips it at 11 s. The third is opened then, is heard from 12.2 s on and never
shows its picture; the listener leaves at 15 s, when something of the fourth had come.
"""

from dataclasses import replace

from simulator import events as ev
from simulator.commands import Part
from simulator.controls import Skip
from simulator.inputs import Finished
from simulator.outcome import Outcome
from simulator.picture import FrameCount
from simulator.presentation import Medium, Presentation, Rung
from simulator.scenario import Scenario, Tap
from simulator.session import Session, SongAddress
from simulator.song_metrics import measure_play
from simulator.verdict import FlipProof, Proof, Seam, SongProof, judge

AUDIO, VIDEO = Medium.AUDIO, Medium.VIDEO
S = 1_000_000

EVENTS: tuple[ev.Event, ...] = (
    ev.Requested(0, 1, Part.SEGMENT, AUDIO, "aac-96", 0),
    ev.Received(1 * S, 1, 96_000, 400_000),
    ev.Buffered(1 * S, AUDIO, "aac-96", 0, 0, 8 * S, 1, -1, 96_000),
    ev.PlaybackStarted(1 * S),
    ev.SongTurn(3 * S, 2),
    ev.Requested(3 * S, 2, Part.SEGMENT, AUDIO, "aac-96", 0),
    ev.Received(4 * S, 2, 48_000, 400_000),
    ev.Buffered(4 * S, AUDIO, "aac-96", 0, 0, 4 * S, 2, -1, 48_000),
    ev.SongTurn(9 * S, 1),
    ev.Ended(9 * S, 8 * S),
    ev.SongTurn(9 * S, 2),
    ev.SongBegan(9 * S, 2, VIDEO),
    ev.Requested(9 * S, 3, Part.SEGMENT, VIDEO, "240p", 0),
    ev.PlaybackStarted(9_500_000),
    ev.Received(10 * S, 3, 100_000, 400_000),
    ev.Buffered(10 * S, VIDEO, "240p", 0, 0, 4 * S, 3, -1, 100_000),
    ev.FirstFrame(10 * S, 500_000, "240p"),
    ev.SkipTaken(11 * S, 1_500_000),
    ev.Departed(11 * S, 1_500_000),
    ev.SongTurn(11 * S, 3),
    ev.SongBegan(11 * S, 3, VIDEO),
    ev.Requested(11 * S, 4, Part.SEGMENT, AUDIO, "aac-96", 0),
    ev.Received(12_200_000, 4, 48_000, 400_000),
    ev.Buffered(12_200_000, AUDIO, "aac-96", 0, 0, 4 * S, 4, -1, 48_000),
    ev.PlaybackStarted(12_200_000),
    ev.VideoStopped(13 * S, 800_000, "gave up after 4 attempts: status 503"),
    ev.SongTurn(13 * S, 4),
    ev.Requested(13 * S, 5, Part.MULTIVARIANT, None, "", -1),
    ev.Received(14 * S, 5, 5_000, 400_000),
    ev.SongTurn(14_500_000, 3),
    ev.TapTaken(14_500_000, 2_300_000, VIDEO),
    ev.Departed(15 * S, 2_800_000),
)
PRESENTATION = Presentation(
    "master.m3u8",
    (Rung("aac-96", AUDIO, "a", 96_000, 96_000),),
    (Rung("240p", VIDEO, "v", 250_000, 250_000),),
)
SCENARIO = Scenario(
    "evening",
    (Tap(2_300_000, VIDEO, song=3),),
    controls=(Skip(1_500_000, song=2), Skip(2_500_000, song=3)),
    next_songs=("two", "three", "four"),
)
SESSION = Session(
    "out/one", "master.m3u8", "virtual", SCENARIO,
    tuple(Finished(at_us, number, PRESENTATION) for number, at_us in ((1, S), (2, 4 * S), (4, 13 * S), (5, 14 * S))),
    EVENTS, 15 * S,
    next_songs=tuple(SongAddress(f"out/{name}", f"{name}/master.m3u8") for name in ("two", "three", "four")),
)  # fmt: skip


def make_songs_outcome() -> Outcome:
    """The outcome; one frame of the second song's sound was wrong."""
    metrics = measure_play(SESSION)
    songs = tuple(
        SongProof(number, samples, 48_000, 0, 0, 1024 if number == 2 else 0, FrameCount())
        for number, samples in ((1, 384_000), (2, 72_000), (3, 134_400))
    )
    proof = Proof(
        590_400, 48_000, 0, 0, 1024, (Seam(1.0, "damage", 2.0, song=2),),
        tuple(FlipProof(flip, 0, 0, 0, None, None) for flip in metrics.flips), songs=songs,
    )  # fmt: skip
    return Outcome(SESSION, PRESENTATION, metrics, proof, judge(metrics, proof, SCENARIO), "out/one")


def leaving_at_once() -> Session:
    """The same, but the listener skipped the third song after 0.4 s, before anything of it had come."""
    events = (*EVENTS[:22], ev.SkipTaken(11_400_000, 0), ev.Departed(11_400_000, 0))
    follow = (ev.SongTurn(11_400_000, 4), ev.SongBegan(11_400_000, 4, VIDEO), ev.Departed(15 * S, 0))
    return replace(SESSION, events=(*events, *follow))
