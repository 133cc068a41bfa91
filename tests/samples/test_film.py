import numpy as np
import pytest
from numpy.typing import NDArray

from samples.canvas import STRIP_HEIGHT, Picture
from samples.film import SCENES, SHOTS, Film, find_shot


@pytest.fixture(scope="module")
def film(song: NDArray[np.int16]) -> Film:
    return Film(song, 1)


def draw(film: Film, frame: int) -> NDArray[np.uint8]:
    buffer = np.zeros((1080, 1280), np.uint8)
    film.draw(Picture.in_buffer(buffer).below(STRIP_HEIGHT), frame)
    return buffer


def test_film_of_a_minute_has_1500_frames(film: Film) -> None:
    assert film.frame_count == 1500


def test_every_scene_but_the_prologue_is_in_the_film() -> None:
    assert {shot.scene for shot in SHOTS} == SCENES.keys() - {"night"}


def test_shots_change_at_the_first_frame_of_their_bar() -> None:
    # Bar 4 begins at 8.27586 s: frame 206 is shown before it, frame 207 at 8.28 s.
    assert [find_shot(frame).scene for frame in (0, 206, 207, 1499)] == ["dawn", "dawn", "city", "dusk"]


def test_a_frame_looks_the_same_whatever_was_drawn_before(film: Film) -> None:
    alone = draw(film, 700)
    draw(film, 30)
    assert (draw(film, 700) == alone).all()


def test_same_seed_films_the_same_and_another_seed_other_scenery(film: Film, song: NDArray[np.int16]) -> None:
    assert (draw(Film(song, 1), 300) == draw(film, 300)).all()
    assert (draw(Film(song, 2), 300) != draw(film, 300)).mean() > 0.2


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: f"bar {shot.first_bar} {shot.scene}")
def test_pictures_move_in_every_shot_and_stay_within_limited_range(film: Film, shot: object) -> None:
    first = next(s.first_frame for s in SHOTS if s is shot) + 8
    earlier, later = draw(film, first), draw(film, first + 1)
    stage = later[STRIP_HEIGHT:720].astype(int)
    # Grain alone changes pixels by at most 2.
    assert (abs(stage - earlier[STRIP_HEIGHT:720]) > 2).mean() > 0.005
    assert stage.min() >= 16
    assert stage.max() <= 240
    assert stage.std() > 15


def test_film_begins_and_ends_in_the_dark(film: Film) -> None:
    assert draw(film, 0)[STRIP_HEIGHT:720].mean() < 25
    assert draw(film, 1499)[STRIP_HEIGHT:720].mean() < 25
    assert draw(film, 60)[STRIP_HEIGHT:720].mean() > 80


def test_strip_is_left_to_the_barcode(film: Film) -> None:
    assert not draw(film, 300)[:STRIP_HEIGHT].any()
