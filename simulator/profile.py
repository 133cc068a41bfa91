"""How today's players do a switch: a profile is a set of measured constants."""

from dataclasses import dataclass

from simulator.errors import InputError


@dataclass(frozen=True, slots=True)
class Profile:
    """The way a player puts the picture beside the sound.

    `attach_us`: from the first decodable video at hand to a frame in sync on the screen.
    """

    name: str
    attach_us: int


# The audio element is the clock and never stops; a muted video element follows it. 65 ms from a cold video element to
# a frame in sync was measured in Chromium (DESIGN section 7, "On the web: two media elements").
TWO_ELEMENT = Profile("two-element", attach_us=65_000)

PROFILES: dict[str, Profile] = {profile.name: profile for profile in (TWO_ELEMENT,)}


def find_profile(name: str) -> Profile:
    """The profile of that name. Raises InputError, which lists the names there are."""
    if name not in PROFILES:
        raise InputError(f"profile {name!r} is unknown; there is: {', '.join(sorted(PROFILES))}")
    return PROFILES[name]


# The adaptation rules there are; `fixed:2` is the third rung from below. Their code is in `simulator.abr`.
ABR_NAMES = ("throughput", "bola", "bola-e", "dynamic", "robust-mpc", "buffer-based", "fixed")


def check_abr(name: str) -> None:
    """Raises InputError, which lists the rules there are, unless `name` is one of them."""
    kind, colon, rung = name.partition(":")
    if kind not in ABR_NAMES or (colon and (kind != "fixed" or not rung.isdecimal())):
        raise InputError(f"player: the rule {name!r} is unknown; there are {', '.join(ABR_NAMES)} and fixed:N")


@dataclass(frozen=True, slots=True)
class PlayerConfig:
    """What an engineer may tune in a player. Durations are microseconds of media."""

    profile: Profile = TWO_ELEMENT
    abr: str = "throughput"  # chooses the picture's rungs, after the first one of a join
    audio_abr: str = "throughput"  # chooses the sound's rungs
    audio_goal_us: int = 24_000_000  # how far ahead the sound is fetched
    video_goal_us: int = 16_000_000  # how far ahead the picture is fetched
    video_comfort_us: int = 4_000_000  # below this level of picture, sound is only fetched up to its comfort
    audio_comfort_us: int = 8_000_000  # below this level the sound is fetched first
    audio_critical_us: int = 2_000_000  # below this level a video download is given up for the sound
    resume_us: int = 2_000_000  # how much sound there must be before it goes on after a rebuffer
    picture_goal_us: int = 600_000  # a join takes the best rung whose picture is expected within this time
    join_margin_us: int = 400_000  # a join segment must still have this much to show when it arrives
    safety: float = 0.8  # part of the estimated throughput that the rule spends
    warm_init: bool = True  # fetch the cheapest video rung's playlist and init segment in idle time
    attempts: int = 4  # how often a request is tried at its rung (dash.js: 3 retries of a segment)
    backoff_us: int = 500_000  # wait before the second attempt; doubles each time
    longest_backoff_us: int = 8_000_000  # hls.js: errorRetry.maxRetryDelayMs of fragLoadPolicy
    first_byte_timeout_us: int = 10_000_000  # hls.js: maxTimeToFirstByteMs of fragLoadPolicy
    stall_timeout_us: int = 10_000_000  # no byte for as long as that; Shaka's stallTimeout is 5 s, for any network
    load_timeout_us: int = 120_000_000  # hls.js: maxLoadTimeMs of fragLoadPolicy
    shun_us: int = 30_000_000  # a rung that failed is left alone for so long (hls.js: 30 s in its penalty box)

    def __post_init__(self) -> None:
        check_abr(self.abr)
        check_abr(self.audio_abr)
        if not self.audio_critical_us <= self.audio_comfort_us <= self.audio_goal_us:
            raise InputError("player: audio levels must rise: critical <= comfort <= goal")
        if not 0 < self.safety <= 1:
            raise InputError(f"player: safety is {self.safety}; it must lie in (0, 1]")
        if self.attempts < 1:
            raise InputError(f"player: attempts is {self.attempts}; a request is tried at least once")
