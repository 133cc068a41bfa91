"""An encrypted package is the same package: whoever has the key plays it, and every flip is proven."""

import asyncio
import io
import re
from pathlib import Path

import av
import pytest

from packager.inspection import lint_folder
from samples.barcode import read_barcode
from simulator import events as ev
from simulator.cipher import decrypt_segment
from simulator.commands import Part
from simulator.drivers.virtual import play_virtually
from simulator.journal import read_journal, write_journal
from simulator.package_folder import PackageFolder
from simulator.play import judge_session, plan_default_taps, play_folder_live
from simulator.presentation import Resource
from simulator.scenario import Scenario
from simulator.session import Session

KEY = bytes(range(16))
RUNGS = ("audio/aac-96", "audio/aac-256", "video/144p", "video/256p")
FLIPS = Scenario("flips", plan_default_taps(24_000_000))


def decrypt(content: bytes, number: int) -> bytes:
    return decrypt_segment(f"segment {number}", content, KEY, number.to_bytes(16))


@pytest.mark.parametrize("rung", RUNGS)
def test_decrypted_it_is_the_clear_package(small_package: Path, encrypted_package: Path, rung: str) -> None:
    files = sorted((encrypted_package / rung).glob("*.m4s"))
    assert len(files) == 7
    for number, path in enumerate(files):
        clear = (small_package / rung / path.name).read_bytes()
        assert path.read_bytes()[:16] != clear[:16]
        assert decrypt(path.read_bytes(), number) == clear
    assert (encrypted_package / rung / "init.mp4").read_bytes() == (small_package / rung / "init.mp4").read_bytes()


def test_each_iframe_is_shown_from_whole_blocks_of_its_range(encrypted_package: Path) -> None:
    rung = encrypted_package / "video/256p"
    listed = re.findall(r"#EXT-X-BYTERANGE:([0-9]+)@0\n(\S+)\n", (rung / "iframes.m3u8").read_text())
    assert len(listed) == 7
    for number, (size, name) in enumerate(listed):
        blocks = (rung / name).read_bytes()[: -(-int(size) // 16) * 16]
        clear = decrypt_cut(blocks, number)[: int(size)]
        with av.open(io.BytesIO((rung / "init.mp4").read_bytes() + clear)) as container:
            (picture,) = container.decode(video=0)
            assert read_barcode(picture.to_ndarray(format="rgb24")) == 96 * number


def decrypt_cut(blocks: bytes, number: int) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES128
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    return Cipher(AES128(KEY), CBC(number.to_bytes(16))).decryptor().update(blocks)


def test_lint_decrypts_it_and_finds_nothing(encrypted_package: Path) -> None:
    assert lint_folder(encrypted_package) == ()


def test_ffmpeg_plays_it(encrypted_package: Path) -> None:
    playlist = encrypted_package / "video/256p/playlist.m3u8"
    # FFmpeg reads keys from local files of other names only where it is told to.
    with av.open(str(playlist), options={"allowed_extensions": "ALL"}) as container:
        assert sum(1 for _ in container.decode(video=0)) == 600


def test_the_index_says_how_but_not_the_key(encrypted_package: Path) -> None:
    index = (encrypted_package / "package.json").read_text()
    assert '"method": "AES-128"' in index
    assert '"key_uri": "key.bin"' in index
    assert KEY.hex() not in index
    assert (encrypted_package / "key.bin").read_bytes() == KEY
    assert not (encrypted_package / "manifest.mpd").exists()


def fetched_keys(session: Session) -> list[Resource]:
    asked = [event for event in session.events if isinstance(event, ev.Requested) and event.part is Part.KEY]
    return [session.resources[event.request_id] for event in asked]


def test_flips_are_proven_with_a_key_that_is_fetched_once(encrypted_package: Path, tmp_path: Path) -> None:
    session = play_virtually(PackageFolder(encrypted_package), "master.m3u8", FLIPS)
    assert fetched_keys(session) == [Resource("key.bin")]
    outcome = judge_session(session)
    assert outcome.verdict.is_good
    assert outcome.proof.heard_samples == 24 * 48_000
    write_journal(session, tmp_path / "j.zip")
    assert judge_session(read_journal(tmp_path / "j.zip"), [PackageFolder(encrypted_package)]).proof == outcome.proof


def test_a_live_session_fetches_the_key_too(encrypted_package: Path) -> None:
    session = asyncio.run(play_folder_live(encrypted_package, Scenario("short", leaves_at_us=1_000_000)))
    assert len(fetched_keys(session)) == 1
    assert judge_session(session).proof.missing_samples == 0
