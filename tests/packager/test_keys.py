from pathlib import Path

import pytest

from packager.delivery import Delivery, Encryption
from packager.errors import InputError
from packager.keys import plan_delivery, read_key

KEY = bytes(range(16))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "song.key"
    path.write_bytes(KEY)
    return path


def test_without_options_segments_are_clear_and_in_folders() -> None:
    assert plan_delivery(is_single_file=False, key=None, key_url=None) == Delivery()


def test_a_key_goes_into_the_package_where_no_url_is_given(key: Path) -> None:
    planned = plan_delivery(is_single_file=False, key=key, key_url=None)
    assert planned == Delivery(encryption=Encryption(KEY, "key.bin", is_key_inside=True))


def test_a_key_stays_outside_where_a_url_is_given(key: Path) -> None:
    planned = plan_delivery(is_single_file=False, key=key, key_url="https://k/1")
    assert planned == Delivery(encryption=Encryption(KEY, "https://k/1", is_key_inside=False))


@pytest.mark.parametrize("content", [KEY, b"000102030405060708090a0b0c0d0e0f", b"000102030405060708090A0B0C0D0E0F\r\n"])
def test_a_key_is_16_bytes_or_32_hex_digits(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.key"
    path.write_bytes(content)
    assert read_key(path) == KEY


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "0 bytes"), (KEY[:15], "15 bytes"), (b"z" * 32, "32 bytes"), (bytes(10**6), "64 bytes or more")],
)
def test_another_length_is_named_with_the_way_out(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "song.key"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_key(path)
    assert str(raised.value) == (
        f"{path}: {found}, where a key is 16 bytes or 32 hex digits; make one with: openssl rand 16 > {path}"
    )


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"no\.key: the key cannot be read \(No such file or directory\); make one with"
    ):
        read_key(tmp_path / "no.key")


@pytest.mark.parametrize("url", ["", 'a"b', "a\nb", "http://["])
def test_a_url_that_a_playlist_cannot_hold_is_refused(key: Path, url: str) -> None:
    with pytest.raises(InputError, match="a URI is expected, without quotes and line ends"):
        plan_delivery(is_single_file=False, key=key, key_url=url)


def test_options_that_contradict_each_other_are_refused(key: Path) -> None:
    with pytest.raises(InputError, match="--key-url without --key"):
        plan_delivery(is_single_file=False, key=None, key_url="https://k/1")
    with pytest.raises(InputError, match="--key with --single-file: I-frames inside an encrypted file cannot be told"):
        plan_delivery(is_single_file=True, key=key, key_url=None)
