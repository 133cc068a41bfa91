"""Song files: TOML in, what is said of a song out, and one line that says what is wrong with it where something is.

`samples/song.toml` shows all that can be said, with comments.
"""

from dataclasses import dataclass, fields
from itertools import combinations

from packager.errors import InputError
from packager.languages import is_language_tag, language_tag
from packager.song import NOTHING_SAID, AiDisclosure, AiUse, Availability, Song, normalize_isrc
from packager.territories import MEANT, TERRITORIES, WORLDWIDE
from packager.timing import print_instant
from packager.toml_table import Table, parse_toml, show

_REMEDY = "see samples/song.toml for one that works"


@dataclass(frozen=True, slots=True)
class SongSheet:
    """What a song file says: `title` is None where it says none, `lyrics` are language and path as written."""

    title: str | None = None
    song: Song = NOTHING_SAID
    lyrics: tuple[tuple[str, str], ...] = ()


def read_song(name: str, text: str) -> SongSheet:
    """What this TOML text says of a song; `name` stands in messages.

    Raises InputError for what is no TOML, for unknown keys, for values of a wrong kind, and for windows of availability
    that overlap.
    """
    top = parse_toml(name, text, _REMEDY)
    sheet = SongSheet(
        title=top.text("title", "") or None,
        song=Song(
            artist=top.text("artist", "") or None,
            isrc=_read_isrc(top),
            languages=_read_languages(top),
            availability=_read_availability(top),
            ai=_read_ai(top.table("ai", is_optional=True)),
        ),
        lyrics=_read_lyrics(top.table("lyrics", is_optional=True)),
    )
    top.refuse_others()
    return sheet


def _read_isrc(top: Table) -> str | None:
    written = top.text("isrc", "")
    isrc = normalize_isrc(written)
    if written and isrc is None:
        raise InputError(
            f"{top.place('isrc')} = {show(written)}: expected two letters, three letters or digits, and seven digits: "
            "GB-AYE-67-01234"
        )
    return isrc


def _read_languages(top: Table) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_read_language(top.place("languages"), each) for each in top.texts("languages")))


def _read_language(place: str, written: str) -> str:
    if not is_language_tag(written):
        raise InputError(f"{place}: found {show(written)}, expected a tag of BCP 47 like de, pt-BR or zxx (no words)")
    return language_tag(written)


def _read_lyrics(table: Table) -> tuple[tuple[str, str], ...]:
    """Language and path, by the keys of the table."""
    return tuple((_read_language(table.place(key), key), table.text(key, "")) for key in table.keys)


def _read_ai(table: Table) -> AiDisclosure:
    known = tuple(use.value for use in AiUse)
    parts = [part.name for part in fields(AiDisclosure) if table.has(part.name)]
    disclosed = {part: AiUse(table.choice(part, known, "")) for part in parts}
    table.refuse_others()
    return AiDisclosure(**disclosed)


def _read_availability(top: Table) -> tuple[Availability, ...]:
    tables = top.tables("availability", is_optional=True)
    windows = tuple(map(_read_window, tables))
    for (number, one), (other_number, other) in combinations(enumerate(windows, start=1), 2):
        if one.overlaps(other):
            raise InputError(
                f"{top.place('availability')} {other_number}: overlaps availability {number} in "
                f"{_name_shared(one, other)}, expected one window at a time for each territory: end the first before "
                "the second starts"
            )
    return windows


def _read_window(table: Table) -> Availability:
    territories = tuple(_read_territory(table, each) for each in table.texts("territories"))
    start, end = table.instant("from"), table.instant("until")
    table.refuse_others()
    if not territories:
        raise InputError(f'{table.place("territories")} is missing; write ["{WORLDWIDE}"] for everywhere')
    if WORLDWIDE in territories and len(territories) > 1:
        raise InputError(f"{table.place('territories')}: found {WORLDWIDE} beside others, expected it alone")
    if start is not None and end is not None and end <= start:
        raise InputError(
            f"{table.place('until')} = {print_instant(end)}: expected an instant after from = {print_instant(start)}"
        )
    return Availability(territories, start, end)


def _read_territory(table: Table, written: str) -> str:
    if written in TERRITORIES or written == WORLDWIDE:
        return written
    meant = written.upper() if written.upper() in TERRITORIES else MEANT.get(written.upper())
    hint = f": write {meant}" if meant else ""
    raise InputError(
        f"{table.place('territories')}: found {show(written)}, expected ISO 3166-1 codes of two capital letters, or "
        f'"{WORLDWIDE}" alone{hint}'
    )


def _name_shared(one: Availability, other: Availability) -> str:
    """The territories that both speak of."""
    if WORLDWIDE in one.territories:
        return ", ".join(other.territories)
    if WORLDWIDE in other.territories:
        return ", ".join(one.territories)
    return ", ".join(each for each in one.territories if each in other.territories)
