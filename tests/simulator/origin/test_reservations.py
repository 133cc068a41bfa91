from hypothesis import given
from hypothesis import strategies as st

from simulator.origin.reservations import Flow, LinkBook, Reservation, quantum_bytes, socket_buffer_bytes
from simulator.trace import SHAPES, Period, Trace, constant_trace

# 8 Mbit/s carry one byte per microsecond: due times can be read off the sizes.
BYTE_PER_US = constant_trace(8_000_000)
MICROBITS_PER_BYTE = 8_000_000


def test_reservations_follow_one_another() -> None:
    book = LinkBook(BYTE_PER_US)
    assert [book.reserve(0, 1000).due_us, book.reserve(0, 500).due_us] == [1000, 1500]


def test_an_idle_link_saves_nothing_up() -> None:
    book = LinkBook(BYTE_PER_US)
    book.reserve(0, 1000)
    assert book.reserve(5000, 1000) == Reservation(5000 * MICROBITS_PER_BYTE, 6000 * MICROBITS_PER_BYTE, 6000)


def test_a_reservation_waits_for_an_outage_to_end() -> None:
    gap = Trace("gap", (Period(1000, 8_000_000, 0), Period(9000, 0, 0)))
    assert LinkBook(gap).reserve(500, 1000).due_us == 10_500


def test_two_flows_take_turns_and_get_half_each() -> None:
    book = LinkBook(BYTE_PER_US)
    one, other = Flow(book), Flow(book)
    turns = [(one.reserve(0, 1000).due_us, other.reserve(0, 1000).due_us)]
    turns += [(one.reserve(now, 1000).due_us, other.reserve(now, 1000).due_us) for now in (2000, 4000)]
    assert turns == [(1000, 2000), (3000, 4000), (5000, 6000)]


def test_waking_up_late_costs_the_flow_nothing() -> None:
    flow = Flow(LinkBook(BYTE_PER_US))
    assert flow.reserve(0, 10_000).due_us == 10_000
    assert flow.reserve(11_700, 10_000).due_us == 20_000


def test_a_flow_that_paused_catches_up_100_ms_at_most() -> None:
    flow = Flow(LinkBook(BYTE_PER_US))
    flow.reserve(0, 10_000)
    assert flow.reserve(1_000_000, 10_000).due_us == 910_000


def test_a_new_flow_has_nothing_to_catch_up() -> None:
    assert Flow(LinkBook(BYTE_PER_US)).reserve(1_000_000, 10_000).due_us == 1_010_000


def test_a_client_that_leaves_frees_what_was_not_carried() -> None:
    book = LinkBook(BYTE_PER_US)
    left = book.reserve(0, 1000)
    book.give_back(left, 400)
    assert book.reserve(400, 1000).due_us == 1400


def test_nothing_is_freed_once_it_is_carried_or_others_stand_behind() -> None:
    book = LinkBook(BYTE_PER_US)
    carried = book.reserve(0, 1000)
    book.give_back(carried, 1500)
    first, _ = book.reserve(1500, 1000), book.reserve(1500, 1000)
    book.give_back(first, 1500)
    assert book.reserve(1500, 1000).due_us == 4500


@given(
    st.lists(st.tuples(st.integers(1, 5000), st.integers(0, 3_000_000)), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 20_000), st.booleans()), max_size=40),
)
def test_the_link_never_carries_more_than_its_trace(
    periods: list[tuple[int, int]], requests: list[tuple[int, int, bool]]
) -> None:
    trace = Trace("any", (Period(1000, 1000, 0), *(Period(length, rate, 0) for length, rate in periods)))
    book, now_us, due = LinkBook(trace), 0, []
    for pause_us, size_bytes, client_leaves in requests:
        now_us += pause_us
        reservation = book.reserve(now_us, size_bytes)
        if client_leaves:
            book.give_back(reservation, now_us)
        else:
            due.append((reservation.due_us, size_bytes))
    for until_us, _ in due:
        sent = sum(size_bytes for due_us, size_bytes in due if due_us <= until_us)
        assert sent * MICROBITS_PER_BYTE <= trace.carried_until(until_us)


def test_a_quantum_takes_8_ms_between_4_and_64_kib() -> None:
    assert [quantum_bytes(rate) for rate in (0, 1_700_000, 12_000_000, 10**9)] == [4096, 4096, 12_000, 65_536]


def test_a_socket_holds_two_of_the_largest_quanta() -> None:
    assert [socket_buffer_bytes(SHAPES[name]) for name in ("3g", "4g", "wifi")] == [16_384, 32_000, 120_000]
