from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.song import AiDisclosure, AiUse, Availability, Song, normalize_isrc
from packager.song_session import describe_song
from packager.territories import MEANT, TERRITORIES, WORLDWIDE

START = datetime(2026, 11, 27, tzinfo=timezone(timedelta(hours=1)))
END = datetime(2031, 12, 4, 5, tzinfo=UTC)

instants = st.none() | st.integers(0, 6).map(lambda days: END + timedelta(days=days))
windows = st.tuples(st.sampled_from([("DE", "AT"), ("AT",), (WORLDWIDE,)]), instants, instants)


@pytest.mark.parametrize(
    ("written", "isrc"),
    [
        ("GBAYE6701234", "GBAYE6701234"), ("gb-aye-67-01234", "GBAYE6701234"), ("ISRC GB AYE 67 01234", "GBAYE6701234"),
        ("GB-AYE-67-0123", None), ("1B-AYE-67-01234", None), ("", None), ("GBAYE670123\u0664", None),
    ],
)  # fmt: skip
def test_an_isrc_is_read_however_it_is_written(written: str, isrc: str | None) -> None:
    assert normalize_isrc(written) == isrc


def test_all_territories_of_iso_3166_are_there() -> None:
    assert (len(TERRITORIES), {len(code) for code in TERRITORIES}) == (249, {2})
    assert set(MEANT.values()) <= TERRITORIES | {WORLDWIDE}


@given(windows, windows)
def test_windows_overlap_where_an_instant_of_a_territory_is_in_both(
    one: tuple[tuple[str, ...], datetime | None, datetime | None],
    other: tuple[tuple[str, ...], datetime | None, datetime | None],
) -> None:
    if any(start and end and start >= end for _, start, end in (one, other)):
        return
    noons = [END + timedelta(days=days, hours=12) for days in range(-1, 7)]

    def covers(window: tuple[tuple[str, ...], datetime | None, datetime | None], place: str, at: datetime) -> bool:
        territories, start, end = window
        return (
            (place in territories or WORLDWIDE in territories) and (not start or start <= at) and (not end or at < end)
        )

    shared = any(covers(one, place, noon) and covers(other, place, noon) for place in ("DE", "AT") for noon in noons)
    assert Availability(*one).overlaps(Availability(*other)) == shared


def test_what_was_said_becomes_session_data_and_nothing_else() -> None:
    song = Song(
        artist="Ünder",
        isrc="GBAYE6701234",
        languages=("de", "en"),
        availability=(Availability(("DE", "AT"), START, END), Availability(("US",))),
        ai=AiDisclosure(vocals=AiUse.NONE, post_production=AiUse.ASSISTED),
    )
    assert {each.data_id: each.value for each in describe_song('"Heroes"', song)} == {
        "org.midnote.title": "'Heroes'",
        "org.midnote.artist": "Ünder",
        "org.midnote.isrc": "GBAYE6701234",
        "org.midnote.languages": "de,en",
        "org.midnote.availability.1": "DE,AT 2026-11-26T23:00:00Z/2031-12-04T05:00:00Z",
        "org.midnote.availability.2": "US ../..",
        "org.midnote.ai.vocals": "none",
        "org.midnote.ai.post-production": "assisted",
    }
    assert [each.data_id for each in describe_song("A", Song())] == ["org.midnote.title"]
