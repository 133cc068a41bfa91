"""`kill -9` at any moment: what stands at the place of a package is absent or whole."""

import hashlib
import json
import multiprocessing
import random
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from media_makers import make_sound, steady, write_media

from packager.build import build_package
from packager.cache import Cache
from packager.inspection import lint_folder
from packager.wishes import PackageWishes


def read_title(package: Path) -> str:
    """The title of a package that is whole: clean, and every file as its index says."""
    index = json.loads((package / "package.json").read_text())
    for stored in index["files"]:
        content = (package / stored["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (stored["size_bytes"], stored["sha256"])
    there = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    assert there == {stored["path"] for stored in index["files"]} | {"package.json"}
    assert lint_folder(package) == ()
    title = index["title"]
    assert isinstance(title, str)
    return title


@pytest.mark.slow
@pytest.mark.parametrize(("runs", "has_cache"), [(50, False), (20, True)])
def test_killed_at_random_moments_nothing_half_made_is_ever_visible(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, runs: int, *, has_cache: bool
) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache")) if has_cache else None
    source = write_media(tmp_path / "both.mkv", sound=make_sound(2), pictures=steady(50))
    fresh, replaced = tmp_path / "fresh", tmp_path / "replaced"
    build_package(source, None, replaced, PackageWishes(title="old"))
    # Children of a server that has imported everything: a kill hits the work, not the start of Python.
    children = multiprocessing.get_context("forkserver")
    children.set_forkserver_preload(["packager.build"])

    def run(out: Path, title: str, killed_after_s: float | None) -> float:
        start = time.monotonic()
        child = children.Process(
            target=build_package, args=(source, None, out), kwargs={"wishes": PackageWishes(title), "cache": cache}
        )
        child.start()
        child.join(killed_after_s)
        child.kill()
        child.join()
        return time.monotonic() - start

    run(fresh, "warm", None)
    whole_s = run(replaced, "old", None)
    chance = random.Random(20261123)
    seen = Counter[str]()
    for number in range(runs):
        out, title = (fresh if number % 2 else replaced), f"new {number}"
        shutil.rmtree(fresh, ignore_errors=True)
        run(out, title, chance.uniform(0, 1.2 * whole_s))
        assert out == fresh or out.exists()
        found = read_title(out) if out.exists() else "absent"
        seen["new" if found == title else "absent" if found == "absent" else "old"] += 1
    assert min(seen["old"], seen["absent"]) > 0, f"nobody was killed in time: {seen}"
    run(fresh, "last", None)
    run(replaced, "last", None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["both.mkv", "fresh", "replaced"]
    assert read_title(fresh) == read_title(replaced) == "last"
