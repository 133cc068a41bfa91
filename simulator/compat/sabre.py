"""Sabre's set-up: one stream, one request at a time, segments of equal length, a rule that may change its mind.

Its session in its order (Spiteri, Sitaraman, Sparacio, MMSys 2018; `sabre.py` as published): wait until one more
segment fits, ask the rule, wait if the rule wants to, fetch. After a segment is given up the rule is asked anew; its
download counts in the comparison of estimates but not in the estimate. The first segment is the cheapest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.abr.adaptation import ImpatientRule
from simulator.abr.contract import Download, Progress, View
from simulator.compat.sabre_book import SabreBook
from simulator.compat.sabre_link import Arrival, SabreLink, Stretch
from simulator.estimate import FAST_HALF_LIFE_S, SLOW_HALF_LIFE_S, DecayingMean


@dataclass(frozen=True, slots=True)
class Movie:
    """What is played: a row of sizes for each segment, a size for each rung in it."""

    segment_ms: float
    bitrates_kbps: tuple[int, ...]
    sizes_bits: tuple[tuple[int, ...], ...]


def play_movie(
    movie: Movie,
    stretches: Sequence[Stretch],
    rule: ImpatientRule[Any],
    buffer_ms: float = 25_000,
    *,
    gives_up: bool = True,
) -> dict[str, float]:
    """What Sabre prints of this session, by its names; `gives_up`: the rule is asked again during a download."""
    return _Session(movie, stretches, rule, buffer_ms, gives_up=gives_up).run()


class _Session:
    def __init__(
        self, movie: Movie, stretches: Sequence[Stretch], rule: ImpatientRule[Any], buffer_ms: float, *, gives_up: bool
    ) -> None:
        self._movie = movie
        self._link = SabreLink(stretches)
        self._book = SabreBook(movie.bitrates_kbps, movie.segment_ms, buffer_ms, stretches[0])
        self._rule = rule
        self._memory = rule.start()
        self._gives_up = gives_up
        self._buffer_ms = buffer_ms
        self._rates = [DecayingMean(half_life_s * 1000) for half_life_s in (FAST_HALF_LIFE_S, SLOW_HALF_LIFE_S)]
        # A latency counts as one segment's time, whatever it is.
        self._latencies = [DecayingMean(mean.half_life / movie.segment_ms) for mean in self._rates]
        self._waited_ms = 0.0
        self._last: Download | None = None

    def run(self) -> dict[str, float]:
        first = self._link.download_whole(self._movie.sizes_bits[0][0])
        self._learn(first)
        self._book.play_ms += first.since_request_ms
        self._tell_periods()
        self._book.append(0)
        index = 1
        while index < len(self._movie.sizes_bits):
            index += self._fetch(index)
        self._book.play_out()
        return self._book.figures(len(self._movie.sizes_bits))

    def _fetch(self, index: int) -> int:
        """Fetch segment `index`; how many segments that has brought: 1, or 0 when it was given up."""
        self._waited_ms = max(0.0, self._book.level_ms + self._movie.segment_ms - self._buffer_ms)
        self._pause(self._waited_ms)
        decision, self._memory = self._rule.choose(self._view(index, self._book.level_ms), self._memory)
        self._pause(decision.wait_us / 1000)
        size_bits = self._movie.sizes_bits[index][decision.rung]
        given_up_for, arrival = None, None
        if self._gives_up:
            arrival, given_up_for = self._watch(index, decision.rung, size_bits)
        else:
            arrival = self._link.download_whole(size_bits)
        self._tell_periods()
        self._book.play(arrival.since_request_ms)
        if given_up_for is None:
            self._book.append(decision.rung)
        transfer_ms = arrival.since_request_ms - arrival.latency_ms
        self._last = Download(
            decision.rung, arrival.arrived_bits, arrival.since_request_ms * 1000, transfer_ms * 1000, given_up_for
        )
        self._book.compare(_smallest(self._rates), arrival.arrived_bits / transfer_ms)
        if given_up_for is not None:
            return 0
        self._learn(arrival)
        return 1

    def _watch(self, index: int, rung: int, size_bits: float) -> tuple[Arrival, int | None]:
        arrival = None
        level_ms = self._book.level_ms
        for arrival in self._link.download(size_bits):
            if arrival.arrived_bits >= size_bits:
                break
            view = self._view(index, max(0.0, level_ms - arrival.since_request_ms))
            transfer_us = (arrival.since_request_ms - arrival.latency_ms) * 1000
            progress = Progress(rung, size_bits, arrival.arrived_bits, arrival.since_request_ms * 1000, transfer_us)
            other, self._memory = self._rule.reconsider(view, self._memory, progress)
            if other is not None:
                return arrival, other
        assert arrival is not None, "a segment has a size"
        return arrival, None

    def _view(self, index: int, level_ms: float) -> View:
        rate_bps = _smallest(self._rates) * 1000
        return View(
            bitrates_bps=tuple(rate * 1000 for rate in self._movie.bitrates_kbps),
            segment_us=self._movie.segment_ms * 1000,
            level_us=level_ms * 1000,
            goal_us=self._buffer_ms * 1000,
            throughput_bps=rate_bps,
            share_bps=rate_bps,
            latency_us=max(mean.value or 0.0 for mean in self._latencies) * 1000,
            last_rung=0 if self._last is None else self._last.rung,
            since_start=index,
            remaining=len(self._movie.sizes_bits) - index,
            waited_us=self._waited_ms * 1000,
            last_download=self._last,
        )

    def _pause(self, duration_ms: float) -> None:
        if duration_ms > 0:
            self._book.play(duration_ms)
            self._link.wait(duration_ms)
            self._tell_periods()

    def _learn(self, arrival: Arrival) -> None:
        transfer_ms = arrival.since_request_ms - arrival.latency_ms
        for rate in self._rates:
            rate.add(arrival.arrived_bits / transfer_ms, transfer_ms)
        for latency in self._latencies:
            latency.add(arrival.latency_ms, 1)

    def _tell_periods(self) -> None:
        for at_ms, stretch in self._link.crossings:
            self._book.note_period(at_ms, stretch)
        self._link.crossings.clear()


def _smallest(means: Sequence[DecayingMean]) -> float:
    return min(mean.value or 0.0 for mean in means)
