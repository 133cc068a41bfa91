"""What the load tests' tests share."""

from collections.abc import Iterator

import pytest

from benchmarks.hollow import write_hollow_package
from simulator.origin import Origin, running_origin


@pytest.fixture(scope="session")
def hollow_origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    """An origin that serves 61.44 s of nothing, cut like a song."""
    with running_origin(write_hollow_package(tmp_path_factory.mktemp("hollow") / "package")) as origin:
        yield origin
