from fractions import Fraction

import pytest

from packager.timemap import Piece, TimeMap, identity_map


def test_the_same_edit_maps_every_instant_to_itself() -> None:
    same = identity_map(Fraction(60))
    assert [same.video_at(Fraction(at)) for at in (0, 30, 60)] == [0, 30, None]


def test_a_cut_leaves_song_time_without_video() -> None:
    cut = TimeMap((Piece(Fraction(0), Fraction(7), Fraction(20)), Piece(Fraction(28), Fraction(27), Fraction(32))))
    assert [cut.video_at(Fraction(at)) for at in (0, 19, 20, 27, 28, 59)] == [7, 26, None, None, 27, 58]


def test_pieces_may_not_overlap() -> None:
    with pytest.raises(AssertionError, match="pieces overlap"):
        TimeMap((Piece(Fraction(0), Fraction(0), Fraction(5)), Piece(Fraction(4), Fraction(9), Fraction(5))))
