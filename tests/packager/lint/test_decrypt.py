import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lint_locks import IV, KEY, lock

from packager.decrypt import DecryptedFile, find_end, read_embedded_key
from packager.errors import BrokenPackageError


@given(st.binary(max_size=100), st.binary(max_size=20), st.integers(0, 100), st.integers(0, 100))
def test_any_slice_is_that_of_the_clear_bytes(clear: bytes, before: bytes, offset: int, size: int) -> None:
    locked = lock(clear)
    file, start, end = io.BytesIO(before + locked), len(before), len(before) + len(locked)
    assert find_end(file, start, end, KEY, IV) == start + len(clear)
    reader = DecryptedFile(file, start, start + len(clear), KEY, IV)
    reader.seek(start + offset)
    assert reader.read(size) == clear[offset : offset + size]
    assert reader.seek(0, 2) == start + len(clear)


@pytest.mark.parametrize(
    ("content", "key", "message"),
    [
        (lock(b"song"), bytes(15), "the key has 15 bytes, where AES-128 has 16"),
        (lock(b"song"), bytes(16), "the key does not decrypt it: there is no padding at its end"),
        (lock(b"song")[:15], KEY, "15 bytes, which is no whole number of blocks of 16"),
        (b"", KEY, "0 bytes, which is no whole number of blocks of 16"),
    ],
)
def test_what_the_key_does_not_open_is_said(content: bytes, key: bytes, message: str) -> None:
    with pytest.raises(BrokenPackageError, match=f"^{message}$"):
        find_end(io.BytesIO(content), 0, len(content), key, IV)


def test_a_key_may_stand_in_its_uri() -> None:
    assert read_embedded_key("data:text/plain;base64,AAECAwQFBgcICQoLDA0ODw==") == bytes(range(16))
    assert read_embedded_key("data:,%00%01k") == b"\0\1k"
    assert read_embedded_key("data:;base64,A") == b""
    assert read_embedded_key("https://keys.example/data") is None
