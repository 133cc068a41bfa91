"""How figures read in tables and reports: with units, no more digits than they deserve, `-` where there is none."""

from simulator.metrics import SKIPPED, Flip, Metrics, SongPlayed
from simulator.presentation import Medium
from simulator.qoe import Qoe
from simulator.verdict import FlipProof, Judgement

NONE = "-"


def format_song_time(at_us: int) -> str:
    """`1:23.45`, minutes and seconds of the song, cut (not rounded) to hundredths."""
    hundredths = at_us // 10_000
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def format_tap_place(flip: Flip, *, of_several: bool) -> str:
    """The song time of a flip's tap, with the song's number where there are several: `2: 0:06.00`."""
    at = format_song_time(flip.tapped_playhead_us)
    return f"{flip.song}: {at}" if of_several else at


def format_seconds(value_s: float | None) -> str:
    """`0.85 s`."""
    return NONE if value_s is None else f"{value_s:.2f} s"


def format_rate(rate_bps: int) -> str:
    """`160 kbit/s` or `2.41 Mbit/s`."""
    if rate_bps < 1_000_000:
        return f"{rate_bps / 1000:.0f} kbit/s"
    return f"{_shorten(rate_bps / 1e6, 2)} Mbit/s"


def format_size(size_bytes: int) -> str:
    """`980 B`, `12.3 kB` or `3.4 MB`, decimal as on a phone bill."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1e3:.1f} kB" if size_bytes < 1_000_000 else f"{size_bytes / 1e6:,.1f} MB"


def format_seam(click_db: float | None) -> str:
    """`-1.3 dB` against ordinary coding noise; `bit-exact` where the sound is exactly uninterrupted play."""
    return "bit-exact" if click_db is None else f"{click_db:+.1f} dB"


def format_flip_seam(proof: FlipProof) -> str:
    """A flip's loudest seam; `29 ms hole` or `1.24 s hole` where the sound stopped: no seam is heard beside that."""
    hole_us = proof.flip.hole_us
    if not hole_us:
        return format_seam(proof.seam_click_db)
    return f"{hole_us / 1e3:.0f} ms hole" if hole_us < 999_500 else f"{hole_us / 1e6:.2f} s hole"


def format_offset(offset_ms: float | None) -> str:
    """`+12 ms` when the sound is ahead of the picture."""
    if offset_ms is None:
        return NONE
    rounded_ms = round(offset_ms, 1)
    return f"{rounded_ms:+g} ms" if rounded_ms else "0 ms"


def format_picture_wait(flip: Flip) -> str:
    """How long after the tap the picture was there; a tap back to the sound waits for nothing."""
    if flip.settled_at_us is None:
        return "never"
    return format_seconds(flip.tap_to_picture_s)


def format_arrival(song: SongPlayed) -> str:
    """What one of several songs came by: `open`, the `end` of the one before, a `skip`."""
    if song.began_at_us is None:
        return NONE
    if song.number == 1:
        return "open"
    return "skip" if song.gap_us is None else "end"


def format_song_wait(song: SongPlayed) -> str:
    """How long its first sound was waited for from its turn on."""
    if song.began_at_us is None or song.sound_at_us is None:
        return "never"
    return format_seconds((song.sound_at_us - song.began_at_us) / 1e6)


def format_departure(song: SongPlayed) -> str:
    """How one of several songs was over."""
    if song.began_at_us is None:
        return "not played"
    return {"Ended": "to its end", "Departed": "left", "GaveUp": "gave up", SKIPPED: "skipped"}[song.ending]


def format_song_picture(song: SongPlayed) -> str:
    """When one of several songs showed the picture that it began with."""
    if song.lost_picture:
        return "never"
    return NONE if song.picture_after_us is None else format_seconds(song.picture_after_us / 1e6)


def format_direction(wants: Medium) -> str:
    """`to video` or `to audio`."""
    return f"to {wants.value}"


def format_value(judgement: Judgement) -> str:
    """The value of a judgement with its unit.

    A value that breaks its limit by less than the rounding shows is given in full: `1.0004 s` is not `<= 1 s`.
    """
    value, limit = judgement.value, judgement.limit
    if value is None:
        return "nothing to measure"
    digits = 1 if limit.unit in {"dB", "ms"} else 3
    text = _shorten(value, digits)
    if not judgement.is_kept and limit.allows(round(value, digits)):
        text = repr(value)
    return f"{text} {limit.unit}" if limit.unit else text


def list_figures(metrics: Metrics, qoe: Qoe) -> tuple[tuple[str, str, str], ...]:
    """The usual figures of a session: what each is, its value, and a note (may be empty)."""
    frozen = f"stood still {metrics.frozen_count} x, {metrics.frozen_s:.2f} s" if metrics.frozen_count else ""
    rebuffers = f"{metrics.rebuffer_count} x" if metrics.rebuffer_count else ""
    if metrics.hole_count:
        rebuffers += f", {metrics.hole_s:.2f} s of it by the way the player switches"
    wasted = f"{format_size(metrics.wasted_bytes)} never seen{' or heard' if metrics.songs else ''}"
    return (
        ("Songs played" if metrics.songs else "Song played", format_seconds(metrics.played_s), _tell_ending(metrics)),
        ("Startup", format_seconds(metrics.startup_s), "open to first sample"),
        ("Rebuffering", format_seconds(metrics.rebuffer_s), rebuffers),
        ("Picture shown", format_seconds(metrics.video_s), frozen),
        ("Sound", format_rate(metrics.mean_audio_bps), "mean of what was appended"),
        ("Picture", format_rate(metrics.mean_video_bps), "mean of what was appended"),
        ("Picture QoE", _format_rating(qoe.picture_linear), "linear, a segment (Yin et al. 2015)"),
        ("Rung changes", f"{metrics.rung_changes}", "sound and picture"),
        ("Fetched", format_size(metrics.fetched_bytes), wasted),
        ("Retries", f"{metrics.retries}", ""),
    )


def _format_rating(rating: float | None) -> str:
    return NONE if rating is None else f"{rating:+.2f}"


def _tell_ending(metrics: Metrics) -> str:
    to_end = "to the last one's end" if metrics.songs else "to its end"
    ends = {"Ended": to_end, "Departed": "the listener left", "GaveUp": "the player gave up"}
    return ends.get(metrics.ending, metrics.ending)


def _shorten(value: float, digits: int) -> str:
    """At most that many decimals, no trailing zeros, thousands set apart."""
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
