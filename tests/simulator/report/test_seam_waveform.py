from simulator.outline import COLUMNS, Outline
from simulator.report.waveform import HEIGHT_PX, MOST_DRAWN, WAVE_PX, draw_seams
from simulator.verdict import Seam

LOUD = Outline(((-0.5, 0.5),) * COLUMNS, ((-0.25, 0.25),) * COLUMNS, (0.0,) * COLUMNS)


def test_the_loudest_wave_fills_its_height() -> None:
    (wave,) = draw_seams([Seam(83.5, "tap 1", None, LOUD)])
    assert (wave.title, wave.kind, wave.said, wave.is_exact) == ("1:23.50", "tap 1", "bit-exact", True)
    assert wave.heard.startswith(f"M0,0.0h2V{WAVE_PX}.0h-2z")
    assert wave.expected.startswith(f"M0,{WAVE_PX / 4:.1f}h2V{WAVE_PX * 3 / 4:.1f}h-2z")


def test_a_hole_is_not_drawn() -> None:
    (wave,) = draw_seams([Seam(1.0, "damage", 9.0, Outline((None,) * COLUMNS, LOUD.expected, LOUD.difference))])
    assert wave.heard == ""


def test_the_difference_is_enlarged_and_stays_in_its_place() -> None:
    difference = (0.025, 0.5, *(0.0,) * (COLUMNS - 2))
    (wave,) = draw_seams([Seam(1.0, "tap 1", 9.0, Outline(LOUD.heard, LOUD.expected, difference))])
    # Half of the height for a twentieth of the peak, all of it for what would go beyond.
    assert wave.difference.startswith(f"M0,{HEIGHT_PX}V{HEIGHT_PX - 17:.1f}H2V{HEIGHT_PX - 34:.1f}H4V{HEIGHT_PX}.0H6")


def test_of_many_seams_the_loudest_are_drawn_in_their_order() -> None:
    seams = [Seam(float(n), "change", float(n % 50), LOUD) for n in range(100)]
    drawn = draw_seams(seams)
    assert len(drawn) == MOST_DRAWN
    assert [wave.title for wave in drawn] == sorted(wave.title for wave in drawn)
    assert drawn[0].title == "0:32.00"


def test_a_seam_without_an_outline_is_left_out() -> None:
    assert draw_seams([Seam(1.0, "tap 1", None)]) == ()
