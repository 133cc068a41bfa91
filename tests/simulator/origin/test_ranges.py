import pytest

from simulator.origin.ranges import ByteSpan, content_range, select_spans

WHOLE = None
UNSATISFIABLE: tuple[ByteSpan, ...] = ()


@pytest.mark.parametrize(
    ("field", "spans"),
    [
        ("bytes=0-499", (ByteSpan(0, 500),)),
        ("bytes=500-999", (ByteSpan(500, 1000),)),
        ("bytes=-500", (ByteSpan(9500, 10000),)),
        ("bytes=9500-", (ByteSpan(9500, 10000),)),
        ("bytes=0-0,-1", (ByteSpan(0, 1), ByteSpan(9999, 10000))),
        ("bytes= 0-0 , 500-600 , ,", (ByteSpan(0, 1), ByteSpan(500, 601))),
        ("BYTES=5-5", (ByteSpan(5, 6),)),
        ("bytes=9999-20000", (ByteSpan(9999, 10000),)),
        ("bytes=-20000", (ByteSpan(0, 10000),)),
        ("bytes=0000000000000000000000005-6", (ByteSpan(5, 7),)),
        ("bytes=5-" + "9" * 6000, (ByteSpan(5, 10000),)),
        ("bytes=7-8,10000-", (ByteSpan(7, 9),)),
        ("bytes=10000-", UNSATISFIABLE),
        ("bytes=-0", UNSATISFIABLE),
        ("bytes=" + "9" * 6000 + "-", UNSATISFIABLE),
        (None, WHOLE),
        ("", WHOLE),
        ("bytes=", WHOLE),
        ("bytes=,", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes=5-4", WHOLE),
        ("bytes=0-1,5-4", WHOLE),
        ("bytes=a-b", WHOLE),
        ("bytes=٣-٤", WHOLE),
        ("bytes=1-2-3", WHOLE),
        ("bytes 0-1", WHOLE),
        ("lines=0-1", WHOLE),
        ("bytes=0-5999,4000-9999", WHOLE),
        ("bytes=" + "0-0," * 33, WHOLE),
    ],
)
def test_range_field_selects_these_of_10000_bytes(field: str | None, spans: tuple[ByteSpan, ...] | None) -> None:
    assert select_spans(field, 10_000) == spans


def test_32_ranges_are_honoured() -> None:
    assert select_spans("bytes=" + "0-0," * 32, 10_000) == (ByteSpan(0, 1),) * 32


@pytest.mark.parametrize(
    ("field", "spans"),
    [("bytes=-5", WHOLE), ("bytes=0-", UNSATISFIABLE), ("bytes=-0", UNSATISFIABLE)],
)
def test_an_empty_file_is_sent_whole_for_a_suffix_only(field: str, spans: tuple[ByteSpan, ...] | None) -> None:
    assert select_spans(field, 0) == spans


def test_content_range_names_the_last_byte_inclusive() -> None:
    assert content_range(ByteSpan(0, 500), 1234) == "bytes 0-499/1234"
