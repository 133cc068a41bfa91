"""The sound of each instrument: one note in, its samples out.

Everything is a sum of sines and shaped noise, computed for a whole note at once. All return float32, shape (samples,),
about [-1, 1], and draw phase, tuning and noise from the generator given: no two strokes are equal.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from samples.score import SAMPLE_RATE, Note, Part

Wave = NDArray[np.float32]
TAU = 2 * np.pi


def play_kick(note: Note, rng: Generator) -> Wave:
    """A falling sine with a click in front."""
    t = _seconds(note)
    floor_hz = rng.uniform(46, 51)
    drop_s = rng.uniform(0.028, 0.036)
    cycles = floor_hz * t + 110 * drop_s * (1 - _decay(t, drop_s))
    body = _sine(cycles) * _decay(t, 0.11)
    click = _noise(t.size, rng) * _decay(t, 0.002)
    return _sound(note, body + 0.25 * click)


def play_snare(note: Note, rng: Generator) -> Wave:
    """Two tones of the drum's skin under the rattle of its wires."""
    t = _seconds(note)
    skin_hz = rng.uniform(178, 196)
    skin = _sine(skin_hz * t + rng.random()) + 0.6 * _sine(1.72 * skin_hz * t + rng.random())
    wires = _brighten(_noise(t.size, rng))
    return _sound(note, 0.45 * skin * _decay(t, 0.06) + 0.55 * wires * _decay(t, 0.085))


def play_hat(note: Note, rng: Generator) -> Wave:
    """Bright noise; a longer note is a hat left open."""
    t = _seconds(note)
    decay_s = t.size / SAMPLE_RATE / rng.uniform(2.5, 3.5)
    return _sound(note, 0.6 * _brighten(_brighten(_noise(t.size, rng))) * _decay(t, decay_s))


def play_cymbal(note: Note, rng: Generator) -> Wave:
    """A crash; with pitch 0 a swell that ends where a crash begins."""
    t = _seconds(note)
    metal = _brighten(_noise(t.size, rng))
    if note.pitch_midi == 0:
        return _sound(note, 0.5 * metal * (t / t[-1]) ** 2)
    return _sound(note, 0.7 * metal * _decay(t, 0.45))


def play_bass(note: Note, rng: Generator) -> Wave:
    """A plucked string: eight partials, the higher the shorter."""
    t = _seconds(note)
    string = np.zeros_like(t)
    for k, partial in enumerate(_list_partials(_cycles(note, t, rng), 8), 1):
        string += partial * _decay(t, 0.9 / k) / np.float32(k**0.8)
    return _sound(note, 0.8 * np.tanh(1.4 * string), attack_s=0.004)


def play_pad(note: Note, rng: Generator) -> Wave:
    """Two detuned voices and a breath of noise, that drift, open and brighten."""
    t = _seconds(note)
    openness = 0.45 + 0.4 * _sine(rng.uniform(0.15, 0.5) * t + rng.random())
    voice = 0.05 * _brighten(_noise(t.size, rng))
    for _ in range(2):
        brightness = np.ones_like(t)
        drift = 0.6 * _sine(rng.uniform(0.3, 0.7) * t + rng.random())
        for k, partial in enumerate(_list_partials(_cycles(note, t, rng, detune_cents=7) + drift, 5), 1):
            voice += brightness * partial / np.float32(k)
            brightness *= openness
    return _sound(note, 0.4 * voice, attack_s=0.22, release_s=0.5)


def play_arpeggio(note: Note, rng: Generator) -> Wave:
    """A small bell: three partials, slightly out of tune as bells are."""
    t = _seconds(note)
    cycles = _cycles(note, t, rng)
    overtones = 0.5 * _sine(2.003 * cycles) * _decay(t, 0.08) + 0.4 * _sine(5.02 * cycles) * _decay(t, 0.03)
    return _sound(note, 0.5 * (_sine(cycles) + overtones) * _decay(t, 0.11), attack_s=0.002)


def play_lead(note: Note, rng: Generator) -> Wave:
    """A singing voice of six partials, with a vibrato that comes late and a breath of noise."""
    t = _seconds(note)
    vibrato = np.clip(t / 0.35 - 0.4, 0, 1) * rng.uniform(0.02, 0.035) * _sine(rng.uniform(4.8, 5.9) * t + rng.random())
    voice = 0.06 * _brighten(_noise(t.size, rng))
    for k, partial in enumerate(_list_partials(_cycles(note, t, rng) + vibrato, 6), 1):
        voice += partial * _decay(t, 0.5 / max(k - 1, 0.1)) / np.float32(k**0.9)
    return _sound(note, 0.6 * voice * _decay(t, 1.1), attack_s=0.012, release_s=0.09)


INSTRUMENTS: dict[Part, Callable[[Note, Generator], Wave]] = {
    Part.KICK: play_kick,
    Part.SNARE: play_snare,
    Part.HAT: play_hat,
    Part.CYMBAL: play_cymbal,
    Part.BASS: play_bass,
    Part.PAD: play_pad,
    Part.ARPEGGIO: play_arpeggio,
    Part.LEAD: play_lead,
}


def _seconds(note: Note) -> Wave:
    return np.arange(note.length_samples, dtype=np.float32) / np.float32(SAMPLE_RATE)


def _cycles(note: Note, t: Wave, rng: Generator, detune_cents: float = 3) -> Wave:
    """The running cycle count of the note's pitch, a few cents off, from a random phase."""
    pitch_hz = 440 * 2 ** ((note.pitch_midi - 69 + rng.normal(0, detune_cents) / 100) / 12)
    return t * np.float32(pitch_hz) + np.float32(rng.random())


def _sine(cycles: Wave) -> Wave:
    sine: Wave = np.sin(np.float32(TAU) * cycles)
    return sine


def _list_partials(cycles: Wave, count: int) -> list[Wave]:
    """sin(k x) for k = 1 ... count by Chebyshev's recurrence: one sine and one cosine instead of `count` sines."""
    angle = np.float32(TAU) * cycles
    twice_cosine = 2 * np.cos(angle)
    partials = [np.sin(angle), np.sin(angle) * twice_cosine]
    while len(partials) < count:
        partials.append(twice_cosine * partials[-1] - partials[-2])
    return partials[:count]


def _decay(t: Wave, decay_s: float) -> Wave:
    """From 1 at once, down by a factor of e every `decay_s`."""
    decay: Wave = np.exp(t * np.float32(-1 / decay_s))
    return decay


def _noise(count: int, rng: Generator) -> Wave:
    return rng.random(count, dtype=np.float32) * np.float32(2) - np.float32(1)


def _brighten(wave: Wave) -> Wave:
    """The wave with both its ends taken away, strongest at 12 kHz: the difference of every other sample."""
    bright = np.zeros_like(wave)
    bright[2:] = wave[2:] - wave[:-2]
    return bright


def _sound(note: Note, wave: Wave, attack_s: float = 0, release_s: float = 0.02) -> Wave:
    """The wave as loud as the note is struck, without a click at its ends."""
    sound: Wave = np.float32(note.velocity) * wave * _rise(wave.size, release_s)[::-1]
    return sound * _rise(wave.size, attack_s) if attack_s else sound


def _rise(count: int, rise_s: float) -> Wave:
    """From 0 to 1 within `rise_s`, then 1."""
    rise: Wave = np.minimum(np.arange(count, dtype=np.float32) / np.float32(rise_s * SAMPLE_RATE), np.float32(1))
    return rise
