"""Ladder files: TOML in, a ladder out, and one line that says what is wrong with it where something is.

`packager/ladders/default.toml` shows all that can be said, with comments.
"""

import tomllib
from collections.abc import Mapping
from itertools import pairwise

from packager.errors import InputError
from packager.ladder import AudioRung, Ladder, LadderStep, VideoCodec, VideoCoding

# What the encoders take; presets run from fast to slow.
_X264_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
PRESETS = {VideoCodec.H264: _X264_PRESETS}
PROFILES = {VideoCodec.H264: ("baseline", "main", "high")}
CRFS = {VideoCodec.H264: (1, 51)}
CODINGS = {VideoCodec.H264: VideoCoding()}

_REMEDY = "see `midnote ladders default` for one that works"


def read_ladder(name: str, text: str) -> Ladder:
    """The ladder in this TOML text; `name` stands in messages, and in the package.

    Raises InputError for what is no TOML, for unknown and missing keys, for values of a wrong kind or size, and for
    rungs that are there twice or out of order.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: not TOML: {error}") from error
    top = _Table(name, "", content)
    video, audio = top.table("video"), top.table("audio")
    ladder = Ladder(
        name=name,
        about=top.text("about", ""),
        segment_s=top.whole("segment_s", 2, 10, 4),
        most_rungs=video.whole("most_rungs", 1, 20, 20),
        steps=_read_steps(video),
        codings=_read_codings(video),
        audio=_read_audio(audio),
    )
    for table in (top, video, audio):
        table.refuse_others()
    return ladder


def _read_steps(video: "_Table") -> tuple[LadderStep, ...]:
    tables = video.tables("rungs")
    steps = []
    for table in tables:
        side = table.whole("side", 64, 4320)
        if side % 2:
            raise InputError(
                f"{table.place('side')} = {side}: expected an even number, as 4:2:0 halves it: write {side - 1}"
            )
        steps.append(LadderStep(side, table.whole("cap_kbps", 20, 100_000) * 1000, table.flag("always", default=False)))
        table.refuse_others()
    for (above, below), table in zip(pairwise(steps), tables[1:], strict=True):
        if below.side > above.side:
            raise InputError(
                f"{table.place('side')} = {below.side}: expected at most {above.side}, that of the rung before: "
                "put the largest first"
            )
        if below.cap_bps >= above.cap_bps:
            raise InputError(
                f"{table.place('cap_kbps')} = {below.cap_bps // 1000}: expected less than {above.cap_bps // 1000}, "
                "that of the rung before: put the largest first, each once"
            )
    return tuple(steps)


def _read_codings(video: "_Table") -> tuple[VideoCoding, ...]:
    codecs = [VideoCodec(name) for name in video.choices("codecs", [codec.value for codec in VideoCodec], ["h264"])]
    codings = {codec: _read_coding(video, codec) for codec in VideoCodec}
    return tuple(codings[codec] for codec in codecs)


def _read_coding(video: "_Table", codec: VideoCodec) -> VideoCoding:
    table = video.table(codec.value, is_optional=True)
    usual = CODINGS[codec]
    coding = VideoCoding(
        codec,
        crf=table.whole("crf", *CRFS[codec], usual.crf),
        preset=table.choice("preset", PRESETS[codec], usual.preset),
        profile=table.choice("profile", PROFILES[codec], usual.profile),
        cap_percent=table.whole("cap_percent", 10, 200, usual.cap_percent),
    )
    table.refuse_others()
    return coding


def _read_audio(audio: "_Table") -> tuple[AudioRung, ...]:
    rungs = []
    for table in audio.tables("rungs"):
        rungs.append(AudioRung(table.whole("kbps", 32, 512) * 1000))
        table.refuse_others()
        if len(rungs) > 1 and rungs[-2].bitrate_bps >= rungs[-1].bitrate_bps:
            raise InputError(
                f"{table.place('kbps')} = {rungs[-1].bitrate_bps // 1000}: expected more than "
                f"{rungs[-2].bitrate_bps // 1000}, that of the rung before: put the lowest first, each once"
            )
    return tuple(rungs)


class _Table:
    """One table of the file, read key by key. What was not asked for is refused at the end."""

    def __init__(self, file: str, path: str, content: Mapping[str, object]) -> None:
        self._file = file
        self._path = path
        self._content = content
        self._known: list[str] = []

    def place(self, key: str) -> str:
        """Where this key stands, for messages: "mine.toml: video.rungs 2: side"."""
        return ": ".join(filter(None, (self._file, self._path, key)))

    def whole(self, key: str, least: int, most: int, otherwise: int | None = None) -> int:
        """A whole number; a missing one without `otherwise` is refused."""
        found = self._take(key, otherwise)
        if type(found) is not int or not least <= found <= most:
            raise InputError(f"{self.place(key)} = {_show(found)}: expected a whole number from {least} to {most}")
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self._take(key, default)
        if not isinstance(found, bool):
            raise InputError(f"{self.place(key)} = {_show(found)}: expected true or false, without quotes")
        return found

    def text(self, key: str, otherwise: str) -> str:
        """Text on one line."""
        found = self._take(key, otherwise)
        if not isinstance(found, str) or "\n" in found:
            raise InputError(f"{self.place(key)} = {_show(found)}: expected one line of text in quotes")
        return found

    def choice(self, key: str, known: tuple[str, ...], otherwise: str) -> str:
        """One of these words."""
        found = self._take(key, otherwise)
        if found not in known:
            raise InputError(f"{self.place(key)} = {_show(found)}: expected one of {', '.join(known)}, in quotes")
        assert isinstance(found, str)
        return found

    def choices(self, key: str, known: list[str], otherwise: list[str]) -> list[str]:
        """Some of these words, at least one and none twice."""
        found = self._take(key, otherwise)
        if not isinstance(found, list) or not found or any(each not in known for each in found):
            raise InputError(f"{self.place(key)} = {_show(found)}: expected a list of {', '.join(known)}, in quotes")
        if twice := next((each for each in found if found.count(each) > 1), None):
            raise InputError(f"{self.place(key)} = {_show(found)}: {twice} is there twice: write it once")
        return found

    def table(self, key: str, *, is_optional: bool = False) -> "_Table":
        """A table within; empty where it is optional and missing."""
        found = self._take(key, {} if is_optional else None)
        if not isinstance(found, dict):
            raise InputError(f"{self.place(key)} = {_show(found)}: expected a table [{self._inner(key)}]; {_REMEDY}")
        return _Table(self._file, self._inner(key), found)

    def tables(self, key: str) -> "tuple[_Table, ...]":
        """A list of tables, at least one. They are counted from 1."""
        found = self._take(key, None)
        if not isinstance(found, list) or not found or not all(isinstance(each, dict) for each in found):
            raise InputError(f"{self.place(key)} = {_show(found)}: expected tables [[{self._inner(key)}]]; {_REMEDY}")
        return tuple(
            _Table(self._file, f"{self._inner(key)} {number}", content) for number, content in enumerate(found, 1)
        )

    def refuse_others(self) -> None:
        """Raises InputError where there is a key that nobody asked for."""
        for key in self._content:
            if key not in self._known:
                raise InputError(f"{self.place(key)}: unknown key: expected one of {', '.join(self._known)}")

    def _take(self, key: str, otherwise: object) -> object:
        self._known.append(key)
        if key not in self._content and otherwise is None:
            raise InputError(f"{self.place(key)} is missing; {_REMEDY}")
        return self._content.get(key, otherwise)

    def _inner(self, key: str) -> str:
        return ".".join(filter(None, (self._path, key)))


def _show(found: object) -> str:
    """The value as TOML would have it, near enough, and never long."""
    shown = str(found).lower() if isinstance(found, bool) else repr(found)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
