"""What the simulator's tests share."""

from pathlib import Path

import pytest

from benchmarks.hollow import write_hollow_package


@pytest.fixture(scope="session")
def hollow_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """61.44 s of nothing, cut like a song."""
    return write_hollow_package(tmp_path_factory.mktemp("hollow") / "package")
