import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.origin.conditional import Validators, Verdict, allows_range, judge_conditions, make_etag

# 784111777 is the date of RFC 9110's own examples.
OURS = Validators('"2a-5"', 784_111_777)
AT = "Sun, 06 Nov 1994 08:49:37 GMT"
BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT"
AFTER = "Sun, 06 Nov 1994 08:49:38 GMT"

PROCEED, NOT_MODIFIED, FAILED = Verdict.PROCEED, Verdict.NOT_MODIFIED, Verdict.FAILED


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, PROCEED),
        ({"if-none-match": '"2a-5"'}, NOT_MODIFIED),
        ({"if-none-match": 'W/"2a-5"'}, NOT_MODIFIED),
        ({"if-none-match": '"x,y", "2a-5"'}, NOT_MODIFIED),
        ({"if-none-match": "*"}, NOT_MODIFIED),
        ({"if-none-match": '"other"'}, PROCEED),
        ({"if-none-match": "2a-5"}, PROCEED),
        ({"if-modified-since": AT}, NOT_MODIFIED),
        ({"if-modified-since": AFTER}, NOT_MODIFIED),
        ({"if-modified-since": BEFORE}, PROCEED),
        ({"if-modified-since": "Sunday, 06-Nov-94 08:49:37 GMT"}, NOT_MODIFIED),
        ({"if-modified-since": "Sun Nov  6 08:49:37 1994"}, NOT_MODIFIED),
        ({"if-modified-since": "yesterday"}, PROCEED),
        ({"if-none-match": '"other"', "if-modified-since": AFTER}, PROCEED),
        ({"if-match": '"2a-5"'}, PROCEED),
        ({"if-match": "*"}, PROCEED),
        ({"if-match": 'W/"2a-5"'}, FAILED),
        ({"if-match": '"other"'}, FAILED),
        ({"if-match": '"other"', "if-none-match": '"2a-5"'}, FAILED),
        ({"if-match": '"2a-5"', "if-none-match": '"2a-5"'}, NOT_MODIFIED),
        ({"if-unmodified-since": BEFORE}, FAILED),
        ({"if-unmodified-since": AT}, PROCEED),
        ({"if-match": '"2a-5"', "if-unmodified-since": BEFORE}, PROCEED),
    ],
)
def test_conditions_are_judged_in_the_order_of_the_rfc(fields: dict[str, str], verdict: Verdict) -> None:
    assert judge_conditions(fields, OURS) == verdict


@pytest.mark.parametrize(
    ("if_range", "allowed"),
    [
        (None, True),
        ('"2a-5"', True),
        ('W/"2a-5"', False),
        ('"other"', False),
        (AT, True),
        (BEFORE, False),
        (AFTER, False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_only_an_exact_if_range_allows_a_range(if_range: str | None, allowed: bool) -> None:
    assert allows_range(if_range, OURS) == allowed


@given(st.text())
def test_no_date_breaks_the_judge(date: str) -> None:
    assert judge_conditions({"if-modified-since": date}, OURS) in {PROCEED, NOT_MODIFIED}


def test_etag_changes_with_size_time_and_coding() -> None:
    tags = [make_etag(42, 5), make_etag(43, 5), make_etag(42, 6), make_etag(42, 5, "gzip")]
    assert tags == ['"2a-5"', '"2b-5"', '"2a-6"', '"2a-5-gzip"']
