import pytest

from samples.score import SECTIONS, SONG_SAMPLES, Bar, Part, list_bars, write_score


def test_song_is_29_bars_of_exactly_one_minute() -> None:
    assert SONG_SAMPLES == 2_880_000
    assert [bar.number for bar in list_bars()] == list(range(29))


def test_bars_begin_at_the_nearest_sample_to_their_beat() -> None:
    # A bar of 4 beats at 116 per minute is 60 / 29 s: 99 310.34 samples.
    assert [Bar(n, SECTIONS[0], n).find_step(0) for n in range(4)] == [0, 99_310, 198_621, 297_931]


def test_same_seed_writes_the_same_notes_and_another_seed_others() -> None:
    assert write_score(3) == write_score(3)
    assert all(write_score(3)[part] != write_score(4)[part] for part in Part)


@pytest.mark.parametrize("seed", range(5))
def test_every_note_begins_within_the_song_and_in_order(seed: int) -> None:
    for notes in write_score(seed).values():
        starts = [note.start_samples for note in notes]
        assert starts == sorted(starts)
        assert starts[-1] < SONG_SAMPLES


def test_parts_play_only_in_their_sections() -> None:
    kicks = [note.start_samples for note in write_score(1)[Part.KICK]]
    verse, the_break, last_chorus = (round(bar * 99_310.345) for bar in (4, 20, 24))
    slack = 48 * 7  # a kick may come 6 ms early
    assert min(kicks) >= verse - slack
    assert not [start for start in kicks if the_break <= start < last_chorus - slack]
