"""A tiny package, and an origin that serves it to all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_package import Client, write_package

from simulator.origin import running_origin


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_package(tmp_path_factory.mktemp("origin"))


@pytest.fixture(scope="session")
def origin_url(package: Path) -> Iterator[str]:
    with running_origin(package) as origin:
        yield origin.url


@pytest.fixture
def client(origin_url: str) -> Client:
    return Client(origin_url)
