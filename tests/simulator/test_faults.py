from dataclasses import replace

import pytest

from simulator.commands import Part
from simulator.errors import InputError
from simulator.fault_table import read_faults
from simulator.faults import UNTOUCHED, Aim, Asked, Fault, FaultBook, FaultKind, Faults, Treatment
from simulator.presentation import Medium

SEGMENT = Asked("video/720p/00003.m4s", Part.SEGMENT, Medium.VIDEO, "720p", 3)
BROKEN = Treatment(status=503)


def book(*aims: Aim, probability: float = 1, times: int | None = None, seed: int = 1) -> FaultBook:
    faults = tuple(Fault(FaultKind.STATUS_CODE, 503, aim, probability, times) for aim in aims)
    return FaultBook(Faults(faults, seed))


@pytest.mark.parametrize(
    ("aim", "other"),
    [
        (Aim(indices=frozenset({3, 5})), replace(SEGMENT, index=4)),
        (Aim(rung="720p"), replace(SEGMENT, rung="480p")),
        (Aim(medium=Medium.VIDEO), replace(SEGMENT, medium=Medium.AUDIO)),
        (Aim(part=Part.SEGMENT), replace(SEGMENT, part=Part.INIT)),
        (Aim(path="video/*"), replace(SEGMENT, path="audio/aac-96/00003.m4s")),
    ],
)
def test_a_fault_strikes_what_it_is_aimed_at_and_nothing_else(aim: Aim, other: Asked) -> None:
    assert book(aim).treat(SEGMENT, 0) == BROKEN
    assert book(aim).treat(other, 0) is UNTOUCHED


def test_a_fault_strikes_in_its_time() -> None:
    faults = book(Aim(from_us=10, to_us=20))
    assert [faults.treat(SEGMENT, at) == BROKEN for at in (9, 10, 19, 20)] == [False, True, True, False]


def test_a_fault_heals_after_its_times() -> None:
    faults = book(Aim(), times=2)
    assert [faults.treat(SEGMENT, 0) == BROKEN for _ in range(4)] == [True, True, False, False]


def test_chance_depends_on_seed_and_attempt_and_on_nothing_else() -> None:
    asked = [replace(SEGMENT, path=f"{n}", index=n) for n in range(400)]
    one, other, odd = (book(Aim(), probability=0.25, seed=seed) for seed in (1, 1, 2))
    struck = {a.index for a in asked if one.treat(a, 0) is not UNTOUCHED}
    assert struck == {a.index for a in reversed(asked) if other.treat(a, 77) is not UNTOUCHED}
    assert struck != {a.index for a in asked if odd.treat(a, 0) is not UNTOUCHED}
    assert 70 <= len(struck) <= 130
    assert struck != {a.index for a in asked if one.treat(a, 0) is not UNTOUCHED}  # the second attempt


def test_faults_that_strike_together_add_up() -> None:
    table = {"delay": [{"ms": 5}, {"ms": 2.5}], "throttle": [{"rate": 900}, {"rate": 500}], "corrupt": [{"bytes": 3}]}
    assert FaultBook(read_faults(table, "t")).treat(SEGMENT, 0) == Treatment(7_500, rate_bytes=500, wrong_bytes=3)


@pytest.mark.parametrize(
    ("treatment", "sent", "promised", "failure"),
    [
        (Treatment(), 1000, 1000, ""),
        (Treatment(sent_part=0.5), 500, 500, ""),
        (Treatment(sent_part=0.5, is_reset=True), 500, 1000, "the connection was reset after 500 of 1000 bytes"),
        (Treatment(missing_bytes=7), 1000, 1007, "the answer ended after 1000 of 1007 bytes"),
    ],
)
def test_what_of_a_body_comes_and_what_is_promised(
    treatment: Treatment, sent: int, promised: int, failure: str
) -> None:
    assert (treatment.sent_bytes(1000), treatment.promised_bytes(1000)) == (sent, promised)
    assert treatment.find_failure(1000) == failure


def test_wrong_bytes_are_spread_over_the_body() -> None:
    assert Treatment(wrong_bytes=1).spoil(bytes(9)) == b"\0\0\0\0\xff\0\0\0\0"
    assert Treatment(wrong_bytes=2, sent_part=0.5).spoil(bytes(8)) == b"\0\xff\0\xff"
    assert Treatment(wrong_bytes=50).spoil(bytes(2)) == b"\xff\xff"


def test_an_array_of_chaos_stream_proxy_is_read_as_it_is() -> None:
    faults = read_faults({"statusCode": [{"i": "*", "code": 404}], "timeout": [{"i": 2}]}, "t").faults
    assert faults == (
        Fault(FaultKind.STATUS_CODE, 404, Aim(part=Part.SEGMENT)),
        Fault(FaultKind.TIMEOUT, 0, Aim(indices=frozenset({2}))),
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"dealy": []}, r"t: 'dealy' is unknown here; did you mean 'delay'\?"),
        ({"delay": [{"i": 1}]}, "t: delay 1: it has no ms; say how much"),
        ({"delay": [3]}, r"t: delay 1: write it as a table, as in \{ i = 3, ms = ... \}"),
        ({"timeout": [{"ms": 1}]}, "t: timeout 1: 'ms' is unknown here"),
        ({"statusCode": [{"code": 200}]}, "t: statusCode 1: fault statusCode: 200 is not within 400 .. 599"),
        ({"reset": [{"probability": 0}]}, r"t: reset 1: fault reset: probability is 0; it must lie in \(0, 1\]"),
        ({"reset": [{"times": 0}]}, "t: reset 1: fault reset: times is 0; leave it out to strike always"),
        ({"reset": [{"i": -1}]}, "t: reset 1: i is -1; give a segment's place from 0"),
        ({"reset": [{}, {"i": []}]}, r"t: reset 2: i is \[\]; give a segment's place from 0"),
        ({"reset": [{"medium": "film"}]}, "t: reset 1: medium is 'film'; it must be one of audio, video"),
        ({"reset": [{"part": "lid"}]}, "part is 'lid'; it must be one of multivariant, playlist, init, key, segment"),
        ({"seed": 0.5}, "t: seed is 0.5; it must be a whole number"),
        ({"delay": 3}, r"t: delay is 3; write each as \[\[delay\]\]"),
    ],
)
def test_names_what_is_wrong(table: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_faults(table, "t")
