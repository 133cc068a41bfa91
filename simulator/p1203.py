"""Input files for ITU-T P.1203 mode 0, one for each stretch that was watched.

The recommendation rates audio and video together, so a stretch begins with the tap (the wait for the picture is its
initial loading) and ends when the picture goes; what is heard without a picture is left out. Times are media time from
its first frame on, in seconds; rates are kbit/s. A picture that stands still while the sound goes on is told as a stall
of that length, though the model's own viewers lost their sound as well: take the scores of such stretches as a lower
bound. The model was made for 1 to 5 minutes; shorter stretches are written and are beyond it.

The files are those of the evaluation software of itu-p1203/itu-p1203, which its licence forbids to bundle.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import events as ev
from simulator.metrics import Flip, Metrics, Stretch, find_frozen, find_shown
from simulator.presentation import Medium, Presentation, Rung

# P.1203.2 knows these, P.1203.1 only H.264: what else there is, is told by its own name, and the software refuses it.
_CODECS = {"mp4a.40.2": "aaclc", "mp4a.40.5": "heaac", "ac-3": "ac3", "avc1": "h264", "avc3": "h264"}

_GENERAL = {"device": "mobile", "displaySize": "1920x1080", "viewingDistance": "150cm"}


@dataclass(frozen=True, slots=True)
class Watched:
    """One visit to the picture: from its first frame to its end, and how long it was waited for."""

    number: int
    start_us: int
    end_us: int
    until_us: int
    waited_us: int


def describe_stretches(
    events: Sequence[ev.Event], metrics: Metrics, presentation: Presentation
) -> Iterator[dict[str, Any]]:
    """The input of each stretch, ready for `json.dumps`, in the order of the session."""
    frozen = find_frozen(events)
    for watched in find_watched(events, metrics.flips):
        yield {
            "I11": {"streamId": watched.number, "segments": _segments(events, watched, presentation.audio)},
            "I13": {"streamId": watched.number, "segments": _segments(events, watched, presentation.video)},
            "I23": {"streamId": watched.number, "stalling": _stalls(watched, frozen)},
            "IGen": dict(_GENERAL),
        }


def find_watched(events: Sequence[ev.Event], flips: Sequence[Flip]) -> Iterator[Watched]:
    """Every visit to the picture; one that stood still in between is one visit."""
    visits: list[list[Stretch]] = []
    for stretch in find_shown(events):
        if visits and _stood_still_until(events, visits[-1][-1], stretch):
            visits[-1].append(stretch)
        else:
            visits.append([stretch])
    for number, visit in enumerate(visits, 1):
        start_us, last = visit[0].start_us, visit[-1]
        waits = [flip for flip in flips if flip.wants is Medium.VIDEO and flip.settled_playhead_us == start_us]
        waited_us = round((waits[0].tap_to_picture_s or 0.0) * 1e6) if waits else 0
        yield Watched(number, start_us, last.end_us, last.until_us, waited_us)


def _stood_still_until(events: Sequence[ev.Event], before: Stretch, after: Stretch) -> bool:
    """Whether nothing but a freeze lies between two stretches."""
    return any(isinstance(e, ev.VideoFroze) and e.at_us == before.until_us for e in events) and any(
        isinstance(e, ev.VideoResumed) and e.playhead_us == after.start_us for e in events
    )


def _segments(events: Sequence[ev.Event], watched: Watched, ladder: Sequence[Rung]) -> list[dict[str, Any]]:
    rungs = {rung.name: rung for rung in ladder}
    medium = ladder[0].medium
    last = {
        event.index: event
        for event in events
        if isinstance(event, ev.Buffered) and event.medium is medium and event.at_us <= watched.until_us
    }
    return [
        _describe_segment(last[index], rungs[last[index].rung], watched)
        for index in sorted(last)
        if last[index].start_us < watched.end_us and last[index].end_us > watched.start_us
    ]


def _describe_segment(event: ev.Buffered, rung: Rung, watched: Watched) -> dict[str, Any]:
    start_us, end_us = max(event.start_us, watched.start_us), min(event.end_us, watched.end_us)
    described: dict[str, Any] = {
        "bitrate": round(event.size_bytes * 8000 / (event.end_us - event.start_us), 2),
        "codec": _name_codec(rung),
        "duration": (end_us - start_us) / 1e6,
        "start": (start_us - watched.start_us) / 1e6,
    }
    if rung.medium is Medium.VIDEO:
        described |= {"fps": float(rung.frame_rate), "resolution": f"{rung.width}x{rung.height}"}
    return described


def _name_codec(rung: Rung) -> str:
    for codec in rung.codecs.split(","):
        name = codec.strip()
        known = _CODECS.get(name) or _CODECS.get(name.partition(".")[0])
        if known and (known == "h264") == (rung.medium is Medium.VIDEO):
            return known
    return rung.codecs.partition(",")[0].partition(".")[0]


def _stalls(watched: Watched, frozen: Sequence[Stretch]) -> list[list[float]]:
    waits = [[0.0, watched.waited_us / 1e6]] if watched.waited_us else []
    stills = [
        [(still.start_us - watched.start_us) / 1e6, still.length_us / 1e6]
        for still in frozen
        if watched.start_us <= still.start_us < watched.end_us
    ]
    return waits + stills
