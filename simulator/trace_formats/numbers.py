"""Numbers in text files, exactly as they are written."""

from decimal import Decimal, InvalidOperation

from simulator.errors import InputError

# Above any network and any recording, and small enough that arithmetic on it stays cheap.
LARGEST = Decimal(10**12)


def read_decimal(text: str, what: str, where: str) -> Decimal:
    """The number from 0 to 10^12 that `text` writes. Raises InputError that says what it should be, and where."""
    try:
        number = Decimal(text)
    except InvalidOperation as fault:
        raise InputError(f"{where}: {what} is {text!r}; expected a number") from fault
    if not number.is_finite() or not 0 <= number <= LARGEST:
        raise InputError(f"{where}: {what} is {text}; expected a number from 0 to {LARGEST}")
    return number
