"""How numbers become colours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colour:
    """How numbers become colours: the code points of ITU-T H.273."""

    primaries: int
    transfer: int
    matrix: int

    @property
    def video_range(self) -> str:
        """As VIDEO-RANGE calls it: SDR, PQ or HLG."""
        return {16: "PQ", 18: "HLG"}.get(self.transfer, "SDR")


SD_COLOUR = Colour(primaries=6, transfer=6, matrix=6)  # BT.601, 525 lines
HD_COLOUR = Colour(primaries=1, transfer=1, matrix=1)  # BT.709
_FIRST_HD_HEIGHT = 720
_UNSAID = frozenset({0, 2, 3})  # RGB, unspecified, reserved: none of which a coded picture of 4:2:0 can be


def assume_colour(height: int) -> Colour:
    """What players take for the colour of a picture that does not say, by its height."""
    return HD_COLOUR if height >= _FIRST_HD_HEIGHT else SD_COLOUR


def fill_colour(said: Colour, height: int) -> Colour:
    """The colour with each part that is not said as players assume it for this height."""
    assumed = assume_colour(height)
    return Colour(
        assumed.primaries if said.primaries in _UNSAID else said.primaries,
        assumed.transfer if said.transfer in _UNSAID else said.transfer,
        assumed.matrix if said.matrix in _UNSAID else said.matrix,
    )
