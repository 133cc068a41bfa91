"""What its owner says of a song: names, ISRC, where and when it may be played, and what artificial intelligence did."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import combinations

from packager.territories import TERRITORIES, WORLDWIDE
from packager.timing import print_instant

# ISO 3901:2019: two letters, three letters or digits (both of the registrant), the year, and five digits.
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")


class AiUse(Enum):
    """How much of a part of the song artificial intelligence made."""

    NONE = "none"
    ASSISTED = "assisted"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class AiDisclosure:
    """The credit of the DDEX practice, by the part of the song; None where nothing is disclosed, which says nothing."""

    vocals: AiUse | None = None
    instruments: AiUse | None = None
    composition: AiUse | None = None
    lyrics: AiUse | None = None
    post_production: AiUse | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """Where the song may be played, and when: from `start` on, and no more at `end`; None is without a limit.

    `territories` are ISO 3166-1 alpha-2 codes, or DDEX's "Worldwide" alone.
    """

    territories: tuple[str, ...]
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        assert self.territories
        assert set(self.territories) <= TERRITORIES or self.territories == (WORLDWIDE,)
        assert all(each is None or each.tzinfo is not None for each in (self.start, self.end))
        assert self.start is None or self.end is None or self.start < self.end

    def __str__(self) -> str:
        limits = (("from", self.start), ("until", self.end))
        dates = "".join(f" {word} {print_instant(each)}" for word, each in limits if each is not None)
        return ", ".join(self.territories) + dates

    def overlaps(self, other: "Availability") -> bool:
        """Whether both speak of the same instant in the same territory."""
        is_everywhere = WORLDWIDE in (*self.territories, *other.territories)
        shares_place = is_everywhere or not set(self.territories).isdisjoint(other.territories)
        return shares_place and _starts_before(self, other) and _starts_before(other, self)


@dataclass(frozen=True, slots=True)
class Song:
    """All that is said of a song; what is empty was not said.

    `languages` are those that are sung, the first above all. No `availability` means that nothing was said of rights,
    not that there are none.
    """

    artist: str | None = None
    isrc: str | None = None
    languages: tuple[str, ...] = ()
    availability: tuple[Availability, ...] = ()
    ai: AiDisclosure = AiDisclosure()

    def __post_init__(self) -> None:
        assert self.isrc is None or normalize_isrc(self.isrc) == self.isrc
        assert not any(one.overlaps(other) for one, other in combinations(self.availability, 2))


NOTHING_SAID = Song()


def normalize_isrc(written: str) -> str | None:
    """The twelve characters of an ISRC, however it is written ("ISRC gb-aye-67-01 234"); None where it is none."""
    bare = re.sub(r"[\s-]", "", written.upper()).removeprefix("ISRC")
    return bare if _ISRC.fullmatch(bare) else None


def _starts_before(one: Availability, other: Availability) -> bool:
    """Whether one starts before the other is over."""
    return one.start is None or other.end is None or one.start < other.end
