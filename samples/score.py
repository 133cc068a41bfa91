"""What is played: the sections of the song, its chords, and every single note, drawn from a seed.

Notes are placed on a grid of sixteenths and then moved a few milliseconds and struck a little harder or softer, as
hands do. That is for the ear, and for correlation: with every bar played alike, an excerpt would be found in many
places of the song, and a switch that lands a bar too late could not be told from a good one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import numpy as np
from numpy.random import Generator

SAMPLE_RATE = 48_000
# 116 beats per minute: the minute is exactly 29 bars, and a beat never coincides with a frame of 25 fps for long.
TEMPO_BPM = 116
BEATS_PER_BAR = 4
STEPS_PER_BAR = 16
SAMPLES_PER_STEP = Fraction(SAMPLE_RATE * 60 * BEATS_PER_BAR, TEMPO_BPM * STEPS_PER_BAR)


class Part(Enum):
    """Who plays."""

    KICK = "kick"
    SNARE = "snare"
    HAT = "hat"
    CYMBAL = "cymbal"
    BASS = "bass"
    PAD = "pad"
    ARPEGGIO = "arpeggio"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Note:
    """One stroke of one instrument, placed in samples of the song."""

    start_samples: int
    length_samples: int
    pitch_midi: int
    velocity: float
    pan: float = 0.0

    def __post_init__(self) -> None:
        assert self.start_samples >= 0, self
        assert self.length_samples > 0, self
        assert 0 < self.velocity <= 1, self
        assert -1 <= self.pan <= 1, self


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of whole bars with one set of players and one round of chords."""

    name: str
    bars: int
    chords: tuple[str, ...]
    parts: frozenset[Part]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the song, and what is to be played in it."""

    number: int
    section: Section
    number_in_section: int

    @property
    def chord(self) -> str:
        """The name of the bar's chord."""
        return self.section.chords[self.number_in_section % len(self.section.chords)]

    def find_step(self, step: float) -> int:
        """The sample at which a sixteenth of this bar begins; 16 is the next bar."""
        return round((self.number * STEPS_PER_BAR + Fraction(step)) * SAMPLES_PER_STEP)


DRUMS = frozenset({Part.KICK, Part.SNARE, Part.HAT, Part.CYMBAL})
VERSE = ("Am", "F", "C", "G")
CHORUS = ("F", "G", "Am", "Em")
SECTIONS = (
    Section("intro", 4, VERSE, frozenset({Part.PAD, Part.ARPEGGIO, Part.HAT, Part.CYMBAL})),
    Section("verse", 8, VERSE, DRUMS | {Part.BASS, Part.PAD, Part.LEAD}),
    Section("chorus", 8, CHORUS, frozenset(Part)),
    Section("break", 4, ("Dm", "Am", "F", "G"), frozenset({Part.PAD, Part.LEAD, Part.ARPEGGIO, Part.HAT, Part.CYMBAL})),
    Section("last chorus", 4, CHORUS, frozenset(Part)),
    Section(
        "outro",
        1,
        ("Am",),
        frozenset({Part.KICK, Part.HAT, Part.CYMBAL, Part.BASS, Part.PAD, Part.LEAD, Part.ARPEGGIO}),
    ),
)
BAR_COUNT = sum(section.bars for section in SECTIONS)
SONG_SAMPLES = int(BAR_COUNT * STEPS_PER_BAR * SAMPLES_PER_STEP)

# MIDI pitches, voiced so that the hands move little from chord to chord; the first is the bass, the rest the pad.
CHORDS: dict[str, tuple[int, ...]] = {
    "Am": (33, 57, 60, 64, 67),
    "F": (29, 57, 60, 64, 65),
    "C": (36, 55, 60, 62, 64),
    "G": (31, 55, 59, 62, 69),
    "Em": (28, 55, 59, 62, 64),
    "Dm": (38, 57, 60, 65, 69),
}
A_MINOR_PENTATONIC = (64, 67, 69, 72, 74, 76, 79, 81, 84)

# Strokes on sixteenths: X loud, x soft, ? sometimes.
KICKS = {
    "verse": "X......xX.?.....",
    "chorus": "X...X...X...X..?",
    "last chorus": "X...X...X..xX..?",
    "outro": "X...............",
}
SNARES = {"verse": "....X..?....X...", "chorus": "....X.......X..?", "last chorus": "....X..?....X.?."}
HATS = {
    "intro": "x.?.x.?.x.?.x.?.",
    "verse": "x.X.x.X?x.X.x.X?",
    "chorus": "xxX?xxX?xxX?xxXx",
    "last chorus": "xxX?xxXxxxX?xxXx",
    "break": "x..x..x..x..x.x.",
    "outro": "X...............",
}
FILLS = ("X..xX.xxX.xxXxXX", "X...X..xX.X.XXXX", "....X...X.X.XxXx")
BASSES = {
    "verse": "X.....x.X..x..?.",
    "chorus": "X.x?X.x.X.x?X.xx",
    "last chorus": "X.x?X.xxX.x?X.xx",
    "outro": "X...............",
}
LEAD_RHYTHMS = ("X..X..X...X.X...", "..X.X...X..X....", "X.....X.X.X.....", "X.X...X...X..X..", "..X...X.X.....X.")


def write_score(seed: int) -> dict[Part, tuple[Note, ...]]:
    """Every note of the song by part, each part in the order of its starts.

    A part draws from a generator of its own, so that a change to one leaves the others as they were.
    """
    bars = tuple(list_bars())
    return {
        part: tuple(sorted(PLAYERS[part](bars, np.random.default_rng([seed, number])), key=_by_start))
        for number, part in enumerate(Part)
    }


def list_bars() -> Iterator[Bar]:
    """The bars of the song from first to last."""
    number = 0
    for section in SECTIONS:
        for number_in_section in range(section.bars):
            yield Bar(number, section, number_in_section)
            number += 1


def _by_start(note: Note) -> int:
    return note.start_samples


def _bars_of(part: Part, bars: Sequence[Bar]) -> Iterator[Bar]:
    return (bar for bar in bars if part in bar.section.parts)


def _is_last_of_phrase(bar: Bar) -> bool:
    return bar.number_in_section % 4 == 3


def _read_strokes(pattern: str, rng: Generator) -> Iterator[tuple[int, float]]:
    """The (step, velocity) of each stroke of a pattern, no two struck alike."""
    for step, mark in enumerate(pattern):
        chance = rng.random()
        if mark == "." or (mark == "?" and chance < 0.5):
            continue
        yield step, (0.92 if mark == "X" else 0.58) * rng.uniform(0.8, 1.08)


def _loosen(sample: int, spread_s: float, rng: Generator) -> int:
    """The sample moved as a hand would: within about twice `spread_s`, never before the song."""
    shift_s = float(np.clip(rng.normal(0, spread_s), -2 * spread_s, 2 * spread_s))
    return max(0, sample + round(shift_s * SAMPLE_RATE))


def _play_kick(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    for bar in _bars_of(Part.KICK, bars):
        for step, velocity in _read_strokes(KICKS[bar.section.name], rng):
            yield Note(_loosen(bar.find_step(step), 0.003, rng), SAMPLE_RATE // 3, 36, velocity)


def _play_snare(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    for bar in _bars_of(Part.SNARE, bars):
        pattern = str(rng.choice(FILLS)) if _is_last_of_phrase(bar) else SNARES[bar.section.name]
        for step, velocity in _read_strokes(pattern, rng):
            yield Note(_loosen(bar.find_step(step), 0.005, rng), SAMPLE_RATE // 4, 38, velocity, pan=-0.1)


def _play_hat(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    for bar in _bars_of(Part.HAT, bars):
        for step, velocity in _read_strokes(HATS[bar.section.name], rng):
            swung = step + (0.14 if step % 2 else 0.0)
            length = SAMPLE_RATE // 4 if rng.random() < 0.12 else SAMPLE_RATE // 14
            yield Note(_loosen(bar.find_step(swung), 0.004, rng), length, 42, 0.7 * velocity, pan=0.35)


def _play_cymbal(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    """A crash where a section begins, and a swell through the bar before it (pitch 0 marks the swell)."""
    for bar in _bars_of(Part.CYMBAL, bars):
        if bar.number_in_section == 0:
            yield Note(bar.find_step(0), 2 * SAMPLE_RATE, 49, rng.uniform(0.6, 0.8), pan=-0.4)
        if bar.number_in_section == bar.section.bars - 1 and bar.number < BAR_COUNT - 1:
            yield Note(bar.find_step(8), bar.find_step(16) - bar.find_step(8), 0, rng.uniform(0.5, 0.7), pan=0.2)


def _play_bass(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    for bar in _bars_of(Part.BASS, bars):
        root = CHORDS[bar.chord][0]
        strokes = tuple(_read_strokes(BASSES[bar.section.name], rng))
        ends = [step for step, _ in strokes[1:]] + [STEPS_PER_BAR]
        for (step, velocity), end in zip(strokes, ends, strict=True):
            pitch = root + (0 if step == 0 else int(rng.choice([0, 0, 0, 7, 12])))
            length = bar.find_step(end) - bar.find_step(step)
            yield Note(_loosen(bar.find_step(step), 0.004, rng), length, pitch, velocity)


def _play_pad(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    for bar in _bars_of(Part.PAD, bars):
        voices = CHORDS[bar.chord][1:]
        for voice, pitch in enumerate(voices):
            start = _loosen(bar.find_step(0), 0.012, rng)
            length = bar.find_step(16) - start + SAMPLE_RATE // 2
            pan = -0.6 + 1.2 * voice / (len(voices) - 1)
            yield Note(start, length, pitch, rng.uniform(0.6, 0.9), pan)


def _play_arpeggio(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    for bar in _bars_of(Part.ARPEGGIO, bars):
        rungs = [pitch + 12 for pitch in CHORDS[bar.chord][1:]]
        place = int(rng.integers(len(rungs)))
        for step in range(0, STEPS_PER_BAR, 1 if "chorus" in bar.section.name else 2):
            place = (place + int(rng.choice([1, 1, 2, -1]))) % len(rungs)
            if rng.random() < 0.12:
                continue
            start = _loosen(bar.find_step(step), 0.004, rng)
            octave = 12 * int(rng.random() < 0.2)
            yield Note(start, SAMPLE_RATE // 3, rungs[place] + octave, rng.uniform(0.35, 0.75), rng.uniform(-0.7, 0.7))


def _play_lead(bars: Sequence[Bar], rng: Generator) -> Iterator[Note]:
    """A walk over the scale: chord notes where the bar is strong, mostly small steps between."""
    place = 4
    for bar in _bars_of(Part.LEAD, bars):
        pattern = "X..............." if bar.section.name == "outro" else str(rng.choice(LEAD_RHYTHMS))
        steps = [step for step, mark in enumerate(pattern) if mark == "X"]
        for step, end in zip(steps, [*steps[1:], STEPS_PER_BAR], strict=True):
            place = int(np.clip(place + rng.choice([-2, -1, -1, 0, 1, 1, 2]), 0, len(A_MINOR_PENTATONIC) - 1))
            if step % 8 == 0:
                place = _find_chord_note(bar.chord, place)
            length = bar.find_step(end) - bar.find_step(step) + SAMPLE_RATE // 8
            pitch = A_MINOR_PENTATONIC[place]
            yield Note(_loosen(bar.find_step(step), 0.007, rng), length, pitch, rng.uniform(0.6, 0.95), pan=0.12)


def _find_chord_note(chord: str, place: int) -> int:
    """The place on the scale nearest to `place` whose note belongs to the chord."""
    classes = {pitch % 12 for pitch in CHORDS[chord]}
    fitting = [n for n, pitch in enumerate(A_MINOR_PENTATONIC) if pitch % 12 in classes]
    return min(fitting, key=lambda n: (abs(n - place), n))


PLAYERS: dict[Part, Callable[[Sequence[Bar], Generator], Iterator[Note]]] = {
    Part.KICK: _play_kick,
    Part.SNARE: _play_snare,
    Part.HAT: _play_hat,
    Part.CYMBAL: _play_cymbal,
    Part.BASS: _play_bass,
    Part.PAD: _play_pad,
    Part.ARPEGGIO: _play_arpeggio,
    Part.LEAD: _play_lead,
}
