"""What the events of a session amount to: flips, waits, rates, waste. Pure arithmetic on events."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from simulator import events as ev
from simulator.presentation import Medium

# How a song is over that was given up for the next one; the other ends bear the names of their events.
SKIPPED = "Skipped"


@dataclass(frozen=True, slots=True)
class Flip:
    """A tap and what came of it. Clock times since the session began, song times from the song's start.

    `settled_*`: when the picture was there (to video) or gone (to audio); None when that never came. `hole_us`: for how
    long the player stopped the sound in order to switch.
    """

    number: int
    wants: Medium
    tapped_at_us: int
    tapped_playhead_us: int
    settled_at_us: int | None = None
    settled_playhead_us: int | None = None
    rung: str = ""
    why: str = ""
    hole_us: int = 0
    song: int = 1

    @property
    def hole_s(self) -> float:
        """For how long the player stopped the sound in order to switch."""
        return self.hole_us / 1e6

    @property
    def tap_to_picture_s(self) -> float | None:
        """From the tap to the first frame; None for a flip to audio, or when the picture never came."""
        if self.wants is Medium.AUDIO or self.settled_at_us is None:
            return None
        return (self.settled_at_us - self.tapped_at_us) / 1e6


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the song over which the picture moved, or stood still; it was over at `until_us` of the clock."""

    start_us: int
    end_us: int
    until_us: int

    @property
    def length_us(self) -> int:
        """How much of the song it covers."""
        return self.end_us - self.start_us


@dataclass(frozen=True, slots=True)
class SongPlayed:
    """One of several songs, and how it came and went. Clock times since the session began.

    `began_at_us`: when its turn came; None: it never did, and what was fetched of it is wasted. `sound_at_us`: its
    first sample. `gap_us`: the silence before that, after a song that was played to its end; `skip_to_sound_us`: the
    same after a tap on next (None where that was not so, or the listener went on within a second). `picture_after_us`:
    when it showed its picture, if it began with it on; `lost_picture`: why it never did.
    """

    number: int
    name: str
    began_at_us: int | None
    sound_at_us: int | None
    over_at_us: int | None
    played_us: int
    ending: str
    gap_us: int | None = None
    skip_to_sound_us: int | None = None
    picture_after_us: int | None = None
    lost_picture: str = ""
    ahead_bytes: int = 0
    wasted_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Metrics:
    """The field's usual figures of one session. Bitrates are means over the media that were appended.

    `songs` is empty for a session of one song.
    """

    startup_s: float | None
    played_s: float
    rebuffer_s: float
    rebuffer_count: int
    video_s: float
    frozen_s: float
    frozen_count: int
    mean_audio_bps: int
    mean_video_bps: int
    rung_changes: int
    fetched_bytes: int
    wasted_bytes: int
    retries: int
    ending: str
    flips: tuple[Flip, ...]
    why_ended: str = ""  # the player's reason, when it gave up
    hole_s: float = 0.0  # of the rebuffering: what the player's own way of switching cost
    hole_count: int = 0
    seek_s: float = 0.0  # waited for sound after seeks, which is no rebuffering
    seek_count: int = 0
    paused_s: float = 0.0
    songs: tuple[SongPlayed, ...] = ()


def measure_session(events: Sequence[ev.Event]) -> Metrics:
    """The figures of a whole session from its events."""
    last, turns = events[-1], _leave_traffic_out(events)
    started = [e.at_us for e in turns if isinstance(e, ev.PlaybackStarted)]
    shown, frozen = _picture_intervals(turns)
    pauses = _intervals(turns, ev.PauseStarted, (ev.PauseEnded,))
    holes = _intervals(turns, ev.HoleStarted, (ev.HoleEnded,))
    seeks = _intervals(turns, ev.SeekStarted, (ev.SeekEnded,))
    rebuffers = _without(sorted((*_intervals(turns, ev.RebufferStarted, (ev.RebufferEnded,)), *holes)), pauses)
    buffered = [e for e in events if isinstance(e, ev.Buffered)]
    return Metrics(
        startup_s=started[0] / 1e6 if started else None,
        played_s=_playhead(last) / 1e6,
        rebuffer_s=_total_s(rebuffers),
        rebuffer_count=len(rebuffers),
        video_s=sum(stretch.length_us for stretch in shown) / 1e6,
        frozen_s=sum(stretch.length_us for stretch in frozen) / 1e6,
        frozen_count=len(frozen),
        mean_audio_bps=measure_mean_bps(buffered, Medium.AUDIO),
        mean_video_bps=measure_mean_bps(buffered, Medium.VIDEO),
        rung_changes=_rung_changes(buffered),
        fetched_bytes=count_fetched_bytes(events),
        wasted_bytes=_wasted_bytes(events, buffered, shown),
        retries=sum(isinstance(e, ev.Retried) for e in turns),
        ending=type(last).__name__,
        flips=find_flips(turns),
        why_ended=last.reason if isinstance(last, ev.GaveUp) else "",
        hole_s=_total_s(holes),
        hole_count=len(holes),
        seek_s=_total_s(seeks),
        seek_count=len(seeks),
        paused_s=_total_s(pauses),
    )


def find_shown(events: Sequence[ev.Event]) -> tuple[Stretch, ...]:
    """The stretches in which a moving picture was on the screen."""
    return tuple(_picture_intervals(_leave_traffic_out(events))[0])


def find_frozen(events: Sequence[ev.Event]) -> tuple[Stretch, ...]:
    """The stretches over which the picture stood still."""
    return tuple(_picture_intervals(_leave_traffic_out(events))[1])


def find_flips(events: Sequence[ev.Event]) -> tuple[Flip, ...]:
    """Every tap with the moment at which it had its effect, and the hole that it put into the sound."""
    flips = _settle_taps(events)
    holes = _find_holes(events)
    if not holes:
        return tuple(flips)
    taps_us = [event.at_us for event in events if isinstance(event, ev.TapTaken)]
    for start_us, end_us in holes:
        # The player stops the sound at a tap; a tap into that hole makes it longer, and no second one.
        number = bisect_right(taps_us, start_us) - 1
        flips[number] = replace(flips[number], hole_us=flips[number].hole_us + end_us - start_us)
    return tuple(flips)


def _find_holes(events: Sequence[ev.Event]) -> list[tuple[int, int]]:
    """Clock intervals, as long as the silences for which the player's own way of switching is to blame."""
    pauses = _intervals(events, ev.PauseStarted, (ev.PauseEnded,))
    return _without(_intervals(events, ev.HoleStarted, (ev.HoleEnded,)), pauses)


def _settle_taps(events: Iterable[ev.Event]) -> list[Flip]:
    """One flip for each tap, in order."""
    flips: list[Flip] = []
    open_tap: ev.TapTaken | None = None
    for event in events:
        if isinstance(event, ev.TapTaken):
            if open_tap is not None:
                flips.append(_unsettled(len(flips), open_tap, "the listener tapped back before"))
            open_tap = event
        elif open_tap is not None and isinstance(event, ev.FirstFrame | ev.VideoStopped):
            flips.append(_settled(len(flips), open_tap, event))
            open_tap = None
        elif open_tap is not None and isinstance(event, ev.SeekEnded | ev.PauseEnded | ev.ScreenTurned):
            open_tap = replace(open_tap, at_us=event.at_us)  # what the listener did meanwhile is not the player's wait
    if open_tap is not None:
        flips.append(_unsettled(len(flips), open_tap, "the session was over before"))
    return flips


def _settled(number: int, tap: ev.TapTaken, event: ev.FirstFrame | ev.VideoStopped) -> Flip:
    is_there = isinstance(event, ev.FirstFrame) == (tap.wants is Medium.VIDEO)
    if not is_there:
        assert isinstance(event, ev.VideoStopped), "no frame is shown after a tap to audio"
        return Flip(number + 1, tap.wants, tap.at_us, tap.playhead_us, why=event.reason)
    rung = event.rung if isinstance(event, ev.FirstFrame) else ""
    return Flip(number + 1, tap.wants, tap.at_us, tap.playhead_us, event.at_us, event.playhead_us, rung)


def _unsettled(number: int, tap: ev.TapTaken, why: str) -> Flip:
    return Flip(number + 1, tap.wants, tap.at_us, tap.playhead_us, why=why)


# What makes up most of a session, and moves neither sound nor picture.
_TRAFFIC = (ev.Requested, ev.Received, ev.Buffered)


def _leave_traffic_out(events: Iterable[ev.Event]) -> list[ev.Event]:
    return [event for event in events if not isinstance(event, _TRAFFIC)]


def _playhead(event: ev.Event) -> int:
    return event.playhead_us if isinstance(event, ev.Ended | ev.Departed | ev.GaveUp) else 0


def _intervals(
    events: Sequence[ev.Event], opens: type[ev.Event], closes: tuple[type[ev.Event], ...]
) -> list[tuple[int, int]]:
    """Clock intervals from each opening event to the next closing one, or to the end of the session."""
    found: list[tuple[int, int]] = []
    since: int | None = None
    for event in events:
        if isinstance(event, opens) and since is None:
            since = event.at_us
        elif isinstance(event, closes) and since is not None:
            found.append((since, event.at_us))
            since = None
    if since is not None:
        found.append((since, events[-1].at_us))
    return found


def _total_s(intervals: Iterable[tuple[int, int]]) -> float:
    return sum(end - start for start, end in intervals) / 1e6


def _without(intervals: Iterable[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of the intervals outside the others; one that lies inside leaves nothing, not even itself."""
    left: list[tuple[int, int]] = []
    for start, end in intervals:
        covered = sum(max(0, min(end, until) - max(start, since)) for since, until in others)
        if covered < end - start:
            left.append((start, end - covered))
    return left


# What takes a moving picture away, or makes it stand still.
_PICTURE_ENDS = (
    ev.VideoFroze, ev.VideoStopped, ev.SeekStarted, ev.ScreenTurned, ev.Ended, ev.Departed, ev.GaveUp,
)  # fmt: skip


def _picture_intervals(events: Sequence[ev.Event]) -> tuple[list[Stretch], list[Stretch]]:
    """The stretches in which a moving picture was shown, and those in which it stood still."""
    shown: list[Stretch] = []
    frozen: list[Stretch] = []
    since_us, target = 0, None
    for event in events:
        if isinstance(event, ev.FirstFrame | ev.VideoResumed):
            if target is frozen:
                frozen.append(Stretch(since_us, event.playhead_us, event.at_us))
            since_us, target = event.playhead_us, shown
        elif isinstance(event, _PICTURE_ENDS):
            if target is not None:
                target.append(Stretch(since_us, event.playhead_us, event.at_us))
            since_us, target = event.playhead_us, frozen if isinstance(event, ev.VideoFroze) else None
    return shown, frozen


def count_fetched_bytes(events: Iterable[ev.Event]) -> int:
    """All that came, whole or not."""
    return sum(
        event.size_bytes if isinstance(event, ev.Received) else event.received_bytes
        for event in events
        if isinstance(event, ev.Received | ev.Aborted)
    )


def measure_mean_bps(buffered: Iterable[ev.Buffered], medium: Medium) -> int:
    """The mean rate of what was appended of a medium; 0 when nothing was."""
    own = [e for e in buffered if e.medium is medium]
    duration_us = sum(e.end_us - e.start_us for e in own)
    return sum(e.size_bytes for e in own) * 8_000_000 // duration_us if duration_us else 0


def _rung_changes(buffered: Iterable[ev.Buffered]) -> int:
    changes, last = 0, dict[Medium, str]()
    for event in buffered:
        changes += last.get(event.medium, event.rung) != event.rung
        last[event.medium] = event.rung
    return changes


def _wasted_bytes(events: Sequence[ev.Event], buffered: Iterable[ev.Buffered], shown: Sequence[Stretch]) -> int:
    """Video bytes that were fetched and never seen: the unseen part of each segment, and what was cut off."""
    video = {e.request_id for e in events if isinstance(e, ev.Requested) and e.medium is Medium.VIDEO}
    wasted = sum(e.received_bytes for e in events if isinstance(e, ev.Aborted) and e.request_id in video)
    for event in buffered:
        if event.medium is Medium.VIDEO:
            seen_us = sum(max(0, min(s.end_us, event.end_us) - max(s.start_us, event.start_us)) for s in shown)
            unseen_us = max(0, event.end_us - event.start_us - seen_us)
            wasted += event.size_bytes * unseen_us // (event.end_us - event.start_us)
    return wasted
