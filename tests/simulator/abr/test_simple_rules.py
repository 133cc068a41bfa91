from abr_views import LADDER, make_view

from simulator.abr import RULES, Adaptation, BufferBased, Fixed, make_rule
from simulator.profile import ABR_NAMES


def test_every_name_has_a_rule_and_every_rule_a_name() -> None:
    assert tuple(RULES) == ABR_NAMES


def test_every_rule_chooses_a_rung_with_a_reason_whatever_is_known() -> None:
    for name in ABR_NAMES:
        adaptation = Adaptation(make_rule(name, 0.8))
        for link_bps in (None, 1.0, 300_000.0, 1e9):
            for level_s in (0, 3, 30):
                decision = adaptation.choose(make_view(link_bps, level_s))
                assert 0 <= decision.rung < len(LADDER), name
                assert decision.reason, name


def test_a_ladder_of_one_rung_leaves_no_choice() -> None:
    for name in ABR_NAMES:
        adaptation = Adaptation(make_rule(name, 0.8))
        assert [adaptation.choose(make_view(1e6, bitrates_bps=(5,))).rung for _ in range(3)] == [0, 0, 0]


def test_the_level_alone_picks_the_rung_between_reservoir_and_cushion() -> None:
    rungs = [BufferBased().choose(make_view(None, level_s), None)[0].rung for level_s in (0, 4.9, 5, 9.9, 10, 14.9, 15)]
    assert rungs == [0, 0, 0, 0, 1, 1, 2]


def test_fixed_is_the_rung_of_its_number_or_the_best() -> None:
    assert [make_rule(f"fixed:{n}", 0.8).choose(make_view(), None)[0].rung for n in (0, 1, 9)] == [0, 1, 2]
    assert make_rule("fixed", 0.8) == Fixed(0)
