"""What a session may cost: one limit for each judged measure, by its name in the reports (DESIGN section 5)."""

from dataclasses import dataclass, replace

from simulator.errors import InputError


@dataclass(frozen=True, slots=True)
class Limit:
    """A measure must lie within [low, high]; `of` says which figure of the session is held against it."""

    name: str
    high: float
    low: float | None = None
    unit: str = ""
    of: str = "sum"  # sum, worst, p95 over the session's flips
    about: str = ""

    def allows(self, value: float) -> bool:
        """Whether the value keeps the limit."""
        return value <= self.high and (self.low is None or value >= self.low)

    def with_value(self, value: object, where: str) -> "Limit":
        """The same limit at another value: a number, or [low, high] where both ends are limited."""
        numbers = _numbers(value)
        if len(numbers) == 1 and self.low is None:
            return replace(self, high=numbers[0])
        if len(numbers) == 2 and self.low is not None and numbers[0] <= numbers[1]:
            return replace(self, low=numbers[0], high=numbers[1])
        wanted = "a number" if self.low is None else "a pair [low, high]"
        raise InputError(f"{where} is {value!r}; it must be {wanted}")


def _numbers(value: object) -> list[float]:
    """The numbers in a TOML value; nothing when it is or holds anything else."""
    values = value if isinstance(value, list) else [value]
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return numbers if len(numbers) == len(values) else []


_LIMITS = (
    Limit("audio_missing_samples", 0, about="samples of the song that were never appended"),
    Limit("audio_repeated_samples", 0, about="samples of the song that were appended more than once"),
    Limit("audio_wrong_samples", 0, about="samples that differ from uninterrupted play of their rung"),
    Limit("video_lost_frames", 0, about="frames of what was watched that were never appended"),
    Limit("video_doubled_frames", 0, about="frames that were shown again in place of another, or came twice"),
    Limit("video_wrong_frames", 0, about="frames that are not the package's frame of their time"),
    Limit("seam_click_db", 3, unit="dB", of="worst", about="difference at a seam against ordinary coding noise"),
    Limit("av_offset_ms", 60, low=-40, unit="ms", of="worst", about="sound minus picture (EBU R37)"),
    Limit("tap_to_picture_s", 1.0, unit="s", of="p95", about="from the tap to the first frame"),
    Limit("rebuffer_s", 0, unit="s", about="sound stopped though the song had not ended"),
    Limit("rebuffer_count", 0, about="times that the sound stopped"),
    # Of sessions with several songs. What was fetched ahead needs no time to begin: none is allowed, as in a rebuffer.
    Limit("song_gap_s", 0, unit="s", about="silence between a song that was played to its end and the next one"),
    Limit("skip_to_sound_s", 1.0, unit="s", of="p95", about="from a tap on next to the first sound of that song"),
)

DEFAULT_LIMITS: dict[str, Limit] = {limit.name: limit for limit in _LIMITS}
