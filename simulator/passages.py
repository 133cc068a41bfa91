"""What was heard of the song, in the order in which it was heard: seeks and fresh starts cut it into passages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator import events as ev
from simulator.presentation import Medium


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of the song that was played without a jump, from `start_us` up to `end_us`, over at `until_us`."""

    start_us: int
    end_us: int
    until_us: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What was appended to one buffer until it was thrown away, and the stretches that were heard of it."""

    appended: tuple[ev.Buffered, ...]
    heard: tuple[Heard, ...]


def find_passages(events: Iterable[ev.Event]) -> tuple[Passage, ...]:
    """The passages of a session; one without a seek has one, of one stretch."""
    return tuple(_passages(events))


def _passages(events: Iterable[ev.Event]) -> Iterator[Passage]:
    appended: list[ev.Buffered] = []
    heard: list[Heard] = []
    start_us = 0
    for event in events:
        match event:
            case ev.Buffered() if event.medium is Medium.AUDIO:
                appended.append(event)
            case ev.SeekStarted():
                heard.append(Heard(start_us, event.playhead_us, event.at_us))
                start_us = event.to_us
                if not event.keeps_sound:
                    yield Passage(tuple(appended), tuple(heard))
                    appended, heard = [], []
            case ev.HoleStarted() if event.drops_sound:
                heard.append(Heard(start_us, event.playhead_us, event.at_us))
                start_us = event.playhead_us
                yield Passage(tuple(appended), tuple(heard))
                appended, heard = [], []
            case ev.Ended() | ev.Departed() | ev.GaveUp():
                heard.append(Heard(start_us, event.playhead_us, event.at_us))
                yield Passage(tuple(appended), tuple(heard))
            case _:
                pass
