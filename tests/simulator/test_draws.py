from itertools import islice

from simulator.draws import draw_integers


def test_draws_are_those_of_the_published_generator() -> None:
    # The first values of the reference implementation of SplitMix64 for this seed (prng.di.unimi.it).
    assert list(islice(draw_integers(1234567), 3)) == [6457827717110365317, 3203168211198807973, 9817491932198370423]
