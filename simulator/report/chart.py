"""The timeline as geometry: one plot whose x is milliseconds of the clock and whose y is pixels.

The template puts the plot into an SVG that stretches it to its place, so that zooming is a change of the plot's
viewBox and nothing else. Text stands outside the plot, with the time it belongs to beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.figures import format_song_time
from simulator.levels import Point
from simulator.metrics import Flip
from simulator.outcome import Outcome
from simulator.report.panels import Box, Panel, stack_panels
from simulator.report.scale import Tick, find_time_ticks
from simulator.song_timeline import join_ladders
from simulator.timeline import Mode, SongSpan, Timeline

WIDTH_PX = 1120
LEFT_PX = 92
PLOT_PX = WIDTH_PX - LEFT_PX - 24
_FLAG_PX = 20  # of a tap's flag, with the gap to the next one
_BAND_PX = 26
_TAB_PX = 20
_LABEL_PX = 14  # a box of the band lower than this holds no text

# The mode band tells modes apart by height as well as by colour: (part of the band's height, word).
_BAND: Mapping[Mode, tuple[float, str]] = {
    Mode.OPENING: (0.25, "opening"),
    Mode.SOUND: (0.4, "sound"),
    Mode.JOINING: (0.7, "joining"),
    Mode.PICTURE: (1.0, "sound + picture"),
    Mode.FROZEN: (0.85, "picture frozen"),
    Mode.STOPPED: (1.0, "sound stopped"),
}


@dataclass(frozen=True, slots=True)
class Flag:
    """A tap, and when its flip had settled (None: never). `row` keeps close flags from covering each other."""

    number: int
    at_ms: float
    settled_ms: float | None
    wants: str
    row: int
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A seam: a place where the sound could have been hurt."""

    at_ms: float
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws of one session; `readout` is what the cursor tells, as JSON."""

    end_ms: float
    height_px: float
    flags_px: float
    panels: tuple[Panel, ...]
    band: tuple[Box, ...]
    shades: tuple[Box, ...]
    flags: tuple[Flag, ...]
    seams: tuple[Mark, ...]
    time_ticks: tuple[Tick, ...]
    modes: tuple[tuple[str, str], ...]  # kind and word, for the legend
    readout: Mapping[str, object]
    tabs: tuple[Box, ...] = ()  # the songs, of several
    tabs_px: float = 0  # the height of their row
    left_px: int = LEFT_PX
    plot_px: int = PLOT_PX
    width_px: int = WIDTH_PX

    def place(self, at_ms: float) -> float:
        """The pixel of a clock time when the whole session is shown."""
        return round(LEFT_PX + PLOT_PX * at_ms / self.end_ms, 2)


def draw_chart(timeline: Timeline, outcome: Outcome) -> Chart:
    """The chart of one session."""
    flags = _flags(outcome.metrics.flips, max(1, timeline.end_us))
    tabs_px = _TAB_PX + 4.0 if timeline.songs else 0.0
    flags_px = tabs_px + 4.0 + _FLAG_PX * (1 + max((flag.row for flag in flags), default=0))
    band = _band(timeline, flags_px)
    ladders = join_ladders(outcome.session) if timeline.songs else outcome.presentation
    panels = stack_panels(timeline, ladders, flags_px + _BAND_PX)
    height_px = panels[-1].bottom_px
    end_ms = max(1.0, timeline.end_us / 1000)
    return Chart(
        end_ms,
        height_px,
        flags_px,
        panels,
        band,
        _shades(timeline, flags_px, height_px),
        flags,
        _seams(timeline, outcome),
        find_time_ticks(max(1000, timeline.end_us), PLOT_PX),
        tuple((mode.value, _BAND[mode][1]) for mode in Mode if any(span.mode is mode for span in timeline.modes)),
        _readout(timeline),
        _tabs(timeline.songs),
        tabs_px,
    )


def _tabs(songs: Iterable[SongSpan]) -> tuple[Box, ...]:
    """A tab for each song, from its turn to its end."""
    return tuple(
        Box(
            song.start_us / 1000, 1, (song.end_us - song.start_us) / 1000, _TAB_PX,
            "odd" if song.number % 2 else "even",
            f"Song {song.number}, {song.name}: from {song.start_us / 1e6:.2f} s to {song.end_us / 1e6:.2f} s",
            f"{song.number}  {song.name}",
        )
        for song in songs
    )  # fmt: skip


def _flags(flips: Iterable[Flip], end_us: int) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    filled_px: list[float] = []  # how far each row is taken
    for flip in flips:
        at_px = PLOT_PX * flip.tapped_at_us / end_us
        row = next((n for n, until_px in enumerate(filled_px) if until_px <= at_px), len(filled_px))
        filled_px[row : row + 1] = [at_px + _FLAG_PX]
        settled_ms = None if flip.settled_at_us is None else flip.settled_at_us / 1000
        flags.append(Flag(flip.number, flip.tapped_at_us / 1000, settled_ms, flip.wants.value, row, _tell_flip(flip)))
    return tuple(flags)


def _tell_flip(flip: Flip) -> str:
    what = (
        f"Flip {flip.number} to {flip.wants.value}, tapped at {format_song_time(flip.tapped_playhead_us)} of the song"
    )
    if flip.settled_at_us is None:
        return f"{what}: never came ({flip.why})"
    wait_s = flip.tap_to_picture_s
    return what if wait_s is None else f"{what}: picture after {wait_s:.2f} s at {flip.rung}"


def _band(timeline: Timeline, top_px: float) -> tuple[Box, ...]:
    boxes: list[Box] = []
    for span in timeline.modes:
        part, word = _BAND[span.mode]
        length_s = (span.end_us - span.start_us) / 1e6
        height_px = _BAND_PX * part
        boxes.append(
            Box(
                span.start_us / 1000, round(top_px + _BAND_PX - height_px, 2), (span.end_us - span.start_us) / 1000,
                round(height_px, 2), span.mode.value, f"{word}: {length_s:.2f} s from {span.start_us / 1e6:.2f} s on",
                word if height_px > _LABEL_PX else "",
            )
        )  # fmt: skip
    return tuple(boxes)


def _shades(timeline: Timeline, top_px: float, bottom_px: float) -> tuple[Box, ...]:
    """Behind everything: when the sound stopped and when the picture stood still."""
    return tuple(
        Box(span.start_us / 1000, top_px, (span.end_us - span.start_us) / 1000, bottom_px - top_px, span.mode.value)
        for span in timeline.modes
        if span.mode in (Mode.STOPPED, Mode.FROZEN)
    )


def _seams(timeline: Timeline, outcome: Outcome) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for seam in outcome.proof.seams:
        clock = next((song.clock for song in timeline.songs if song.number == seam.song), timeline.clock)
        at_us = clock.reached_at(round(seam.at_s * 1_000_000))
        if at_us is not None:
            said = "bit-exact" if seam.click_db is None else f"{seam.click_db:+.1f} dB against coding noise"
            marks.append(Mark(at_us / 1000, f"Seam at {seam.at_s:.2f} s of the song ({seam.kind}): {said}"))
    return tuple(marks)


# What the cursor tells


def _readout(timeline: Timeline) -> dict[str, object]:
    """Times in milliseconds, levels in milliseconds of media, rates in kbit/s: small, and exact enough to read."""
    return {
        "end": timeline.end_us / 1000,
        "song": [[leg.clock_us / 1000, leg.song_us / 1000, int(leg.is_running)] for leg in timeline.clock.legs],
        "songs": [[song.start_us / 1000, f"{song.number} {song.name}"] for song in timeline.songs],
        "modes": [[span.start_us / 1000, _BAND[span.mode][1]] for span in timeline.modes],
        "audio": _pairs(timeline.audio_levels),
        "video": _pairs(timeline.video_levels),
        "estimate": _pairs(timeline.estimates),
        "link": _pairs(timeline.link),
        "audioRungs": [[s.start_us / 1000, s.end_us / 1000, s.rung] for s in timeline.audio_rungs],
        "videoRungs": [[s.start_us / 1000, s.end_us / 1000, s.rung] for s in timeline.video_rungs],
    }


def _pairs(points: Iterable[Point]) -> list[list[float]]:
    return [[p.at_us / 1000, round(p.value / 1000)] for p in points]
