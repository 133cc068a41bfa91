"""Pensieve's set-up: 48 chunks of 4 s, 80 ms for each, 95 % of the bandwidth is payload, at most 60 s in the buffer.

From Mao, Netravali, Alizadeh, SIGCOMM 2017, and its published test environment. The buffer is drained in steps of
500 ms, during which the trace goes on; a trace is entered at its second line and starts again from 0 s.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from simulator.abr import Adaptation, Download, Rule, View

BITRATES_BPS = (300_000, 750_000, 1_200_000, 1_850_000, 2_850_000, 4_300_000)
CHUNK_S = 4.0
FIRST_RUNG = 1
_ROUND_TRIP_S = 0.08
_PAYLOAD = 0.95
_MOST_BUFFER_S = 60.0
_DRAIN_STEP_S = 0.5
_REBUFFER_PENALTY = 4.3
_LOOK_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk that was fetched: its rung, how long that took, and how long the picture stood still for it."""

    rung: int
    took_s: float
    rebuffer_s: float


class TraceCursor:
    """A place in a trace of (seconds, Mbit/s) lines; a line's bandwidth is that of the time before it."""

    def __init__(self, rows: Sequence[tuple[float, float]]) -> None:
        self._rows = rows
        self._next = 1
        self._at_s = rows[0][0]

    def fetch(self, size_bytes: float) -> float:
        """Seconds until that much payload has been carried."""
        took_s, carried = 0.0, 0.0
        while True:
            until_s, mbps = self._rows[self._next]
            bytes_per_s = mbps * 1e6 / 8
            span_s = until_s - self._at_s
            payload = bytes_per_s * span_s * _PAYLOAD
            if carried + payload > size_bytes:
                rest_s = (size_bytes - carried) / bytes_per_s / _PAYLOAD
                self._at_s += rest_s
                return took_s + rest_s
            carried += payload
            took_s += span_s
            self._enter_next_line()

    def skip(self, duration_s: float) -> None:
        """Let time pass."""
        while (span_s := self._rows[self._next][0] - self._at_s) <= duration_s:
            duration_s -= span_s
            self._enter_next_line()
        self._at_s += duration_s

    def _enter_next_line(self) -> None:
        self._at_s = self._rows[self._next][0]
        self._next += 1
        if self._next == len(self._rows):
            self._next, self._at_s = 1, 0.0


def play_chunks(
    rows: Sequence[tuple[float, float]], sizes_bytes: Sequence[Sequence[int]], rule: Rule[Any]
) -> tuple[Chunk, ...]:
    """The whole video over one trace. `sizes_bytes` has a row for each chunk, a size for each rung in it."""
    cursor, adaptation = TraceCursor(rows), Adaptation(rule)
    chunks: list[Chunk] = []
    level_s, rung = 0.0, FIRST_RUNG
    for index, sizes in enumerate(sizes_bytes):
        took_s = cursor.fetch(sizes[rung]) + _ROUND_TRIP_S
        chunks.append(Chunk(rung, took_s, max(took_s - level_s, 0.0)))
        level_s = max(level_s - took_s, 0.0) + CHUNK_S
        if level_s > _MOST_BUFFER_S:
            drained_s = math.ceil((level_s - _MOST_BUFFER_S) / _DRAIN_STEP_S) * _DRAIN_STEP_S
            level_s -= drained_s
            cursor.skip(drained_s)
        if index + 1 < len(sizes_bytes):
            rung = adaptation.choose(_view(index + 1, sizes_bytes, level_s, chunks[-1])).rung
    return tuple(chunks)


def _view(index: int, sizes_bytes: Sequence[Sequence[int]], level_s: float, last: Chunk) -> View:
    """What Pensieve shows a rule: no latency of its own, the last chunk's rate with the round trip in it, all sizes."""
    size_bits = sizes_bytes[index - 1][last.rung] * 8
    ahead = sizes_bytes[index : index + _LOOK_AHEAD]
    rate_bps = size_bits / last.took_s
    return View(
        bitrates_bps=BITRATES_BPS,
        segment_us=CHUNK_S * 1e6,
        level_us=level_s * 1e6,
        goal_us=math.inf,
        throughput_bps=rate_bps,
        share_bps=rate_bps,
        last_rung=last.rung,
        since_start=index,
        remaining=len(sizes_bytes) - index,
        last_download=Download(last.rung, size_bits, last.took_s * 1e6, last.took_s * 1e6),
        sizes_bits=[[size * 8 for size in sizes] for sizes in ahead],
    )


def score_chunks(chunks: Sequence[Chunk]) -> float:
    """Mean reward (QoE-linear): Mbit/s, less 4.3 a second of rebuffering and the change of rate; the first left out."""
    rewards = [
        BITRATES_BPS[chunk.rung] / 1e6
        - _REBUFFER_PENALTY * chunk.rebuffer_s
        - abs(BITRATES_BPS[chunk.rung] - BITRATES_BPS[before.rung]) / 1e6
        for before, chunk in pairwise(chunks)
    ]
    return sum(rewards) / len(rewards)
