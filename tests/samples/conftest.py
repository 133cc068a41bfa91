import numpy as np
import pytest
from numpy.typing import NDArray

from samples.song import make_song


@pytest.fixture(scope="session")
def song() -> NDArray[np.int16]:
    return make_song(1)
