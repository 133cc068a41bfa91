"""What a session amounts to, song by song and together. Pure arithmetic on events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from simulator import events as ev
from simulator.metrics import (
    SKIPPED,
    Flip,
    Metrics,
    SongPlayed,
    count_fetched_bytes,
    measure_mean_bps,
    measure_session,
)
from simulator.passages import find_passages
from simulator.presentation import Medium
from simulator.session import Session
from simulator.songs import SongPart, split_session

# A listener who goes on within this time has not waited in vain.
PATIENCE_US = 1_000_000


def measure_play(session: Session) -> Metrics:
    """The figures of a session, of one song or of several."""
    if not session.next_songs:
        return measure_session(session.events)
    parts = split_session(session)
    return _add_up(session.events, measure_songs(parts), _list_songs(parts))


def measure_songs(parts: Sequence[SongPart]) -> tuple[tuple[SongPart, Metrics], ...]:
    """Each song that had its turn with its own figures; its flips bear the numbers that they have in the session."""
    measured: list[tuple[SongPart, Metrics]] = []
    flips = 0
    for part in parts:
        if part.began_at_us is None:
            continue
        metrics = measure_session(part.events)
        own = tuple(number_flip(flip, part.number, flips) for flip in metrics.flips)
        flips += len(own)
        sound_at_us = _first_sound(part.events)
        startup_s = None if sound_at_us is None else (sound_at_us - part.began_at_us) / 1e6
        measured.append((part, replace(metrics, flips=own, startup_s=startup_s)))
    return tuple(measured)


def number_flip(flip: Flip, song: int, before: int) -> Flip:
    """A flip of one song among those of all, of which so many came before that song."""
    return replace(flip, number=flip.number + before, song=song)


def _add_up(
    events: Sequence[ev.Event], measured: Sequence[tuple[SongPart, Metrics]], songs: tuple[SongPlayed, ...]
) -> Metrics:
    each = [metrics for _, metrics in measured]
    buffered = [event for event in events if isinstance(event, ev.Buffered)]
    return Metrics(
        startup_s=each[0].startup_s,
        played_s=sum(m.played_s for m in each),
        rebuffer_s=sum(m.rebuffer_s for m in each),
        rebuffer_count=sum(m.rebuffer_count for m in each),
        video_s=sum(m.video_s for m in each),
        frozen_s=sum(m.frozen_s for m in each),
        frozen_count=sum(m.frozen_count for m in each),
        mean_audio_bps=measure_mean_bps(buffered, Medium.AUDIO),
        mean_video_bps=measure_mean_bps(buffered, Medium.VIDEO),
        rung_changes=sum(m.rung_changes for m in each),
        fetched_bytes=count_fetched_bytes(events),
        wasted_bytes=sum(song.wasted_bytes for song in songs),
        retries=sum(isinstance(event, ev.Retried) for event in events),
        ending=each[-1].ending,
        flips=tuple(flip for m in each for flip in m.flips),
        why_ended=each[-1].why_ended,
        hole_s=sum(m.hole_s for m in each),
        hole_count=sum(m.hole_count for m in each),
        seek_s=sum(m.seek_s for m in each),
        seek_count=sum(m.seek_count for m in each),
        paused_s=sum(m.paused_s for m in each),
        songs=songs,
    )


def _list_songs(parts: Sequence[SongPart]) -> tuple[SongPlayed, ...]:
    songs: list[SongPlayed] = []
    for part in parts:
        if part.began_at_us is None:
            fetched = count_fetched_bytes(part.events)
            songs.append(
                SongPlayed(part.number, part.name, None, None, None, 0, "", ahead_bytes=fetched, wasted_bytes=fetched)
            )
        else:
            came_by = songs[-1].ending if songs else ""
            songs.append(_describe_song(part, part.began_at_us, came_by))
    return tuple(songs)


def _describe_song(part: SongPart, began_at_us: int, came_by: str) -> SongPlayed:
    events, own = part.events, measure_session(part.events)
    is_skipped = any(isinstance(event, ev.SkipTaken) for event in events)
    sound_at_us, over_at_us = _first_sound(events), events[-1].at_us
    waited_us = (over_at_us if sound_at_us is None else sound_at_us) - began_at_us
    is_waited_for = sound_at_us is not None or waited_us >= PATIENCE_US
    ahead = [event for event in events if event.at_us < began_at_us]
    return SongPlayed(
        part.number,
        part.name,
        began_at_us,
        sound_at_us,
        over_at_us,
        round(own.played_s * 1e6),
        SKIPPED if is_skipped else own.ending,
        gap_us=waited_us if came_by == ev.Ended.__name__ else None,
        skip_to_sound_us=waited_us if came_by == SKIPPED and is_waited_for else None,
        picture_after_us=_find_picture(events, began_at_us),
        lost_picture=_why_without_picture(events, own.played_s),
        ahead_bytes=count_fetched_bytes(ahead),
        wasted_bytes=own.wasted_bytes + _wasted_sound(events, ahead, is_skipped=is_skipped),
    )


def _first_sound(events: Iterable[ev.Event]) -> int | None:
    return next((event.at_us for event in events if isinstance(event, ev.PlaybackStarted)), None)


def _find_picture(events: Iterable[ev.Event], began_at_us: int) -> int | None:
    """How long after its turn came a song showed the picture that it began with."""
    shows = False
    for event in events:
        if isinstance(event, ev.SongBegan):
            shows = event.shows is Medium.VIDEO
        elif isinstance(event, ev.FirstFrame) and shows:
            return event.at_us - began_at_us
        elif isinstance(event, ev.TapTaken | ev.ScreenTurned | ev.SeekStarted):
            return None
    return None


def _why_without_picture(events: Sequence[ev.Event], played_s: float) -> str:
    """Why a song that began with its picture on never showed it; empty when it did, or had not the time to."""
    began = next((number for number, event in enumerate(events) if isinstance(event, ev.SongBegan)), None)
    if began is None or played_s * 1e6 < PATIENCE_US:
        return ""
    first, *after = events[began:]
    assert isinstance(first, ev.SongBegan), "found as one"
    if first.shows is Medium.AUDIO:
        return ""
    for event in after:
        match event:
            case ev.FirstFrame() | ev.TapTaken() | ev.ScreenTurned() | ev.SeekStarted():
                return ""
            case ev.VideoStopped():
                return event.reason
            case _:
                pass
    return "the song was over before"


def _wasted_sound(events: Sequence[ev.Event], ahead: Sequence[ev.Event], *, is_skipped: bool) -> int:
    """Sound that was fetched ahead and given up on its way; of a song that was skipped, also what was never heard."""
    sound = {e.request_id for e in events if isinstance(e, ev.Requested) and e.medium is Medium.AUDIO}
    lost = events if is_skipped else ahead
    wasted = sum(e.received_bytes for e in lost if isinstance(e, ev.Aborted) and e.request_id in sound)
    return wasted + (_count_unheard(events) if is_skipped else 0)


def _count_unheard(events: Sequence[ev.Event]) -> int:
    unheard = 0
    for passage in find_passages(events):
        for event in passage.appended:
            heard_us = sum(
                max(0, min(each.end_us, event.end_us) - max(each.start_us, event.start_us)) for each in passage.heard
            )
            length_us = event.end_us - event.start_us
            unheard += event.size_bytes * max(0, length_us - heard_us) // length_us
    return unheard
