"""How the segments of a package are handed over, whatever is in them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """`is_single_file`: the segments of a rung lie one after another in one file, instead of each in its own."""

    is_single_file: bool = False


IN_FOLDERS = Delivery()
