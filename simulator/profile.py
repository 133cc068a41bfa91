"""How today's players do a switch: a profile is a set of measured constants."""

from dataclasses import dataclass

from simulator.errors import InputError
from simulator.ownrule import PREFIX, OwnRule


@dataclass(frozen=True, slots=True)
class Profile:
    """The way a player puts the picture beside the sound.

    `attach_us`: from the first decodable video at hand to a frame in sync on the screen. `hole_on_us`, `hole_off_us`:
    how long the sound stops at a switch to the picture and back, with all data at hand. `waits_for_picture`: it stops
    until there is a picture as well. `drops_sound`: what was buffered of it is thrown away and fetched again.
    `plays_on_us`: how long the sound plays on once the picture has run dry; then it stops too (None: it never does).
    `next_hole_us`: how long it is silent before another song, with all data at hand.
    """

    name: str
    attach_us: int = 0
    hole_on_us: int = 0
    hole_off_us: int = 0
    waits_for_picture: bool = False
    drops_sound: bool = False
    plays_on_us: int | None = None
    next_hole_us: int = 0

    @property
    def stops_sound(self) -> bool:
        """Whether a switch to the picture stops the sound."""
        return self.waits_for_picture or self.hole_on_us > 0


# Chromium plays on for exactly 3.0 s after the video buffer of a MediaSource has run dry and then stops, Firefox stops
# at once (DESIGN section 4, measured).
_CHROMIUM_PLAYS_ON_US = 3_000_000
_FIREFOX_PLAYS_ON_US = 0

_PROFILES = (
    # The audio element is the clock and never stops; a muted video element follows it. 65 ms from a cold video element
    # to a frame in sync was measured in Chromium (DESIGN section 7, "On the web: two media elements").
    Profile("two-element", attach_us=65_000),
    # AVPlayer changes between variants of one audio group without touching the sound. No device here to measure: its
    # time to a frame is taken to be that of the two elements.
    Profile("native", attach_us=65_000),
    # hls.js or Shaka load the other playlist, or another song, into a new MediaSource: 29 ms of silence and a click
    # even with all data at hand (DESIGN section 4); what was buffered is gone, and playback begins when both media have
    # come. The others append the next song behind this one: in one SourceBuffer no sample between them was silent in
    # Chromium, where the medians of five changes to another loaded element and to a new MediaSource were 12 and 23 ms
    # (`python -m benchmarks.song_change`).
    Profile("reload", hole_on_us=29_000, hole_off_us=29_000, waits_for_picture=True, drops_sound=True,
            plays_on_us=_CHROMIUM_PLAYS_ON_US, next_hole_us=29_000),
    # One element with Shaka's variant switch: 50 to 83 ms of silence each way (DESIGN section 7); the worse is taken.
    Profile("variant-switch", hole_on_us=83_000, hole_off_us=83_000, plays_on_us=_CHROMIUM_PLAYS_ON_US),
    # media3 enables the video renderer: the sound pauses until the picture can play (DESIGN, introduction). How long
    # the flush itself takes was not measured: the least, none.
    Profile("flush-on-enable", waits_for_picture=True, plays_on_us=_FIREFOX_PLAYS_ON_US),
    # One MediaSource whose video buffer is always fed, with next to nothing while there is no picture: no switch of
    # elements, so no hole; but the element stops when real video runs dry.
    Profile("filler", plays_on_us=_CHROMIUM_PLAYS_ON_US),
    Profile("filler-firefox", plays_on_us=_FIREFOX_PLAYS_ON_US),
)  # fmt: skip
PROFILES: dict[str, Profile] = {profile.name: profile for profile in _PROFILES}
TWO_ELEMENT = PROFILES["two-element"]


def find_profile(name: str) -> Profile:
    """The profile of that name. Raises InputError, which lists the names there are."""
    if name not in PROFILES:
        raise InputError(f"profile {name!r} is unknown; there are {', '.join(PROFILES)}")
    return PROFILES[name]


# The adaptation rules there are; `fixed:2` is the third rung from below. Their code is in `simulator.abr`.
ABR_NAMES = ("throughput", "bola", "bola-e", "dynamic", "robust-mpc", "buffer-based", "fixed")


def check_abr(name: str) -> None:
    """Raises InputError, which lists the rules there are, unless `name` is one of them."""
    if name.startswith(PREFIX) and name != PREFIX:
        return
    kind, colon, rung = name.partition(":")
    if kind not in ABR_NAMES or (colon and (kind != "fixed" or not rung.isdecimal())):
        raise InputError(
            f"player: the rule {name!r} is unknown; there are {', '.join(ABR_NAMES)}, fixed:N and file:FILE.py"
        )


# Where a picture joins: in whichever segment has something to show first, in the one that is heard, or in the next.
JOINS = ("earliest", "own", "next")
# What is fetched ahead while bandwidth is idle: nothing; the cheapest rung's playlist and init segment; its segment at
# the playhead as well, all the time, or only once the listener is at the button.
WARMTHS = ("cold", "init", "segment", "hover")
# The best rung whose picture is expected in time, the cheapest, or always the same.
START_RUNGS = ("expected", "cheapest", "fixed")
# When the next song's beginning is fetched: not before its turn; once this song's sound is complete; as soon as this
# song needs nothing.
NEXT_SONGS = ("cold", "end", "early")


def _check_choice(key: str, name: str, choices: tuple[str, ...]) -> None:
    if name not in choices:
        raise InputError(f"switching: {key} is {name!r}; it must be one of {', '.join(choices)}")


@dataclass(frozen=True, slots=True)
class PlayerConfig:
    """What an engineer may tune in a player. Durations are microseconds of media."""

    profile: Profile = TWO_ELEMENT
    abr: str = "throughput"  # chooses the picture's rungs, after the first one of a join
    audio_abr: str = "throughput"  # chooses the sound's rungs
    own_rules: tuple[OwnRule, ...] = ()  # what `file:` means in these two
    audio_goal_us: int = 24_000_000  # how far ahead the sound is fetched
    video_goal_us: int = 16_000_000  # how far ahead the picture is fetched
    video_comfort_us: int = 4_000_000  # below this level of picture, sound is only fetched up to its comfort
    audio_comfort_us: int = 8_000_000  # below this level the sound is fetched first
    audio_critical_us: int = 2_000_000  # below this level a video download is given up for the sound
    resume_us: int = 2_000_000  # how much sound there must be before it goes on after a rebuffer
    picture_goal_us: int = 600_000  # a join takes the best rung whose picture is expected within this time
    join_margin_us: int = 400_000  # a join segment must still have this much to show when it arrives
    safety: float = 0.8  # part of the estimated throughput that the rule spends
    join: str = "earliest"  # where a picture joins, one of JOINS
    warm: str = "init"  # what is fetched for a switch before it is asked for, one of WARMTHS
    start_rung: str = "expected"  # which rung a picture joins at: `expected`, `cheapest`, or `fixed:N`
    # When the next song's beginning is fetched, one of NEXT_SONGS. Early, half of the skips are heard at once; at the
    # end, the median wait is 0.14 to 0.58 s (the same benchmark).
    next_song: str = "early"
    # How much of its sound: the level at which a picture may be kept up beside it. With as much none of 40 listeners on
    # a 3G commute heard a rebuffer, with 2 or 4 s one or two did (`python -m benchmarks.next_song`). At 96 to
    # 256 kbit/s it is 0.1 to 0.3 MB, which is lost when the listener leaves instead.
    next_goal_us: int = 8_000_000
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
        _check_choice("join", self.join, JOINS)
        _check_choice("warm", self.warm, WARMTHS)
        _check_choice("next_song", self.next_song, NEXT_SONGS)
        _check_choice("start_rung", self.start_rung.partition(":")[0], START_RUNGS)
        if self.start_rung.startswith("fixed") and not self.start_rung.removeprefix("fixed:").isdecimal():
            raise InputError(f"switching: start_rung is {self.start_rung!r}; fixed:2 is the third rung from below")
        if not self.audio_critical_us <= self.audio_comfort_us <= self.audio_goal_us:
            raise InputError("player: audio levels must rise: critical <= comfort <= goal")
        if not 0 < self.safety <= 1:
            raise InputError(f"player: safety is {self.safety}; it must lie in (0, 1]")
        if self.attempts < 1:
            raise InputError(f"player: attempts is {self.attempts}; a request is tried at least once")
