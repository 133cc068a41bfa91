"""The song: its notes played, placed in the room, mixed and mastered."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from samples.instruments import INSTRUMENTS, Wave
from samples.score import SAMPLE_RATE, SONG_SAMPLES, Note, Part, write_score

Stereo = NDArray[np.float32]

# How loud each part stands in the mix, and how much of it goes to the room.
LEVELS = {
    Part.KICK: 0.95,
    Part.SNARE: 0.62,
    Part.HAT: 0.26,
    Part.CYMBAL: 0.30,
    Part.BASS: 0.42,
    Part.PAD: 0.14,
    Part.ARPEGGIO: 0.36,
    Part.LEAD: 0.40,
}
ROOM_SENDS = {Part.SNARE: 0.18, Part.CYMBAL: 0.2, Part.PAD: 0.35, Part.ARPEGGIO: 0.45, Part.LEAD: 0.35}
# Parts that step back for a moment when the kick sounds, so that it is felt.
DUCKED = {Part.BASS, Part.PAD, Part.ARPEGGIO}
PEAK = 10 ** (-1 / 20)  # -1 dBFS
ENDING_S = 1.2


def make_song(seed: int) -> NDArray[np.int16]:
    """One minute of music: int16, shape (2 880 000, 2), 48 kHz, its peak at -1 dBFS.

    Equal for equal seeds on one machine and NumPy. Between CPUs the last bit of a sample may differ, because NumPy's
    vector sines do.
    """
    score = write_score(seed)
    rng = np.random.default_rng([seed, len(Part)])
    ducking = _follow_kick(score[Part.KICK])
    dry = np.zeros((2, SONG_SAMPLES), np.float32)
    sent = np.zeros((2, SONG_SAMPLES), np.float32)
    for part, notes in score.items():
        stem = _play_part(part, notes, rng)
        stem *= np.float32(LEVELS[part])
        if part in DUCKED:
            stem *= ducking
        dry += stem
        if part in ROOM_SENDS:
            sent += np.float32(ROOM_SENDS[part]) * stem
    return master(dry + reverberate(sent, rng))


def master(mix: Stereo) -> NDArray[np.int16]:
    """The mix (channels, samples) with its peaks rounded off, its end faded and its peak at -1 dBFS, as int16."""
    warm = np.tanh(mix)
    ending = int(ENDING_S * SAMPLE_RATE)
    warm[:, -ending:] *= np.linspace(1, 0, ending, dtype=np.float32) ** 2
    warm *= np.float32(PEAK * 32767) / np.abs(warm).max()
    return np.ascontiguousarray(np.rint(warm).astype(np.int16).T)


def reverberate(sent: Stereo, rng: Generator) -> Stereo:
    """What a mid-sized hall gives back: the sound convolved with two seconds of dying noise, left and right unlike."""
    length = 2 * SAMPLE_RATE
    t = np.arange(length, dtype=np.float32) / np.float32(SAMPLE_RATE)
    count = sent.shape[1]
    size = _find_fast_size(count + length)
    heard = np.empty_like(sent)
    for channel in range(2):
        hall = rng.standard_normal(length, dtype=np.float32) * np.exp(-t / 0.42) * np.minimum(t / 0.012, 1)
        hall /= np.sqrt(np.sum(hall**2))
        spectrum = np.fft.rfft(sent[channel], size) * np.fft.rfft(hall, size)
        heard[channel] = np.fft.irfft(spectrum, size)[:count]
    return heard


def _find_fast_size(least: int) -> int:
    """The smallest 2**a * 3 or 2**a that is not below `least`: transforms of such sizes are quick."""
    power = 1 << (least - 1).bit_length()
    return power * 3 // 4 if power * 3 // 4 >= least else power


def _play_part(part: Part, notes: tuple[Note, ...], rng: Generator) -> Stereo:
    """All notes of a part on one stereo stem, (channels, samples)."""
    stem = np.zeros((2, SONG_SAMPLES), np.float32)
    for note in notes:
        wave = INSTRUMENTS[part](note, rng)[: SONG_SAMPLES - note.start_samples]
        place = slice(note.start_samples, note.start_samples + wave.size)
        left, right = _pan(note.pan)
        stem[0, place] += left * wave
        stem[1, place] += right * wave
    return stem


def _pan(pan: float) -> tuple[np.float32, np.float32]:
    """Gains of equal power from -1 (left) to 1 (right)."""
    angle = (pan + 1) * np.pi / 4
    return np.float32(np.cos(angle)), np.float32(np.sin(angle))


def _follow_kick(kicks: tuple[Note, ...]) -> Wave:
    """A gain that dips to a half at every kick and recovers within a fifth of a second."""
    gain = np.ones(SONG_SAMPLES, np.float32)
    dip = 1 - 0.5 * np.exp(-np.arange(SAMPLE_RATE // 3, dtype=np.float32) / np.float32(0.09 * SAMPLE_RATE))
    for kick in kicks:
        place = slice(kick.start_samples, min(kick.start_samples + dip.size, SONG_SAMPLES))
        gain[place] = np.minimum(gain[place], dip[: place.stop - place.start])
    return gain
