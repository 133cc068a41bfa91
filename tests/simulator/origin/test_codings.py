import pytest

from simulator.origin.codings import prefers_gzip


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("GZIP;q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=0.5, identity;q=0.8", False),
        ("gzip;q=0.8, identity;q=0.5", True),
        ("gzip;q=high", False),
    ],
)
def test_gzip_is_chosen_where_it_is_liked_no_less_than_plain(field: str | None, wanted: bool) -> None:
    assert prefers_gzip(field) == wanted
