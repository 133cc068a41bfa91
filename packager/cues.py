"""Words that are shown while a song plays: cues, as WebVTT knows them."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Cue:
    """Text that is shown from `start` to `end`, in seconds.

    `text` is WebVTT cue text: escaped, tags and the times of words in it as written. `settings` say where on the
    picture it stands. `identifier` is what STYLE blocks may refer to, and empty where there is none.
    """

    start: Fraction
    end: Fraction
    text: str
    settings: str = ""
    identifier: str = ""

    def __post_init__(self) -> None:
        assert 0 <= self.start < self.end
        assert "-->" not in self.text
        assert all(self.text.split("\n")), "a blank line ends a cue"


@dataclass(frozen=True, slots=True)
class Words:
    """The cues of a whole song by their start. `head` are the STYLE and REGION blocks that stand before them.

    `language` is what the file itself says, None where it says nothing.
    """

    cues: tuple[Cue, ...]
    head: tuple[str, ...] = ()
    language: str | None = None

    def __post_init__(self) -> None:
        assert all(before.start <= after.start for before, after in pairwise(self.cues))
