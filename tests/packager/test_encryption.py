from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.decrypt import DecryptedFile, find_end
from packager.delivery import Delivery, Encryption
from packager.encryption import encrypt_segment

KEY = bytes(range(16))


def test_a_segment_is_what_openssl_makes_of_it() -> None:
    # printf 'a segment' | openssl enc -aes-128-cbc -K 000102030405060708090a0b0c0d0e0f -iv 5 (padded with zeros on the
    # left) | xxd -p
    assert encrypt_segment(b"a segment", KEY, 5).hex() == "bb7244470f6e431e7eb5ac821ade008b"


@given(content=st.binary(min_size=1, max_size=200), key=st.binary(min_size=16, max_size=16), number=st.integers(0, 99))
def test_what_is_encrypted_is_read_again(content: bytes, key: bytes, number: int) -> None:
    encrypted = encrypt_segment(content, key, number)
    assert 1 <= len(encrypted) - len(content) <= 16
    file, iv = BytesIO(encrypted), number.to_bytes(16)
    assert find_end(file, 0, len(encrypted), key, iv) == len(content)
    assert DecryptedFile(file, 0, len(encrypted), key, iv).read(len(content)) == content


@given(content=st.binary(min_size=1, max_size=200), size=st.integers(1, 200))
def test_the_head_of_a_segment_needs_no_more_than_its_whole_blocks(content: bytes, size: int) -> None:
    """As RFC 8216bis section 6.3.6 widens the byte range of an I-frame."""
    head = content[:size]
    widened = encrypt_segment(content, KEY, 3)[: -(-len(head) // 16) * 16]
    reader = DecryptedFile(BytesIO(widened), 0, len(widened), KEY, (3).to_bytes(16))
    assert reader.read(len(head)) == head


@pytest.mark.parametrize(
    ("uri", "seen"),
    [
        ("key.bin", "../../key.bin"),
        ("keys/1.key", "../../keys/1.key"),
        ("/keys/1", "/keys/1"),
        ("https://keys.example/1?song=2", "https://keys.example/1?song=2"),
    ],
)
def test_a_key_is_found_from_the_folder_of_a_rung(uri: str, seen: str) -> None:
    assert Encryption(KEY, uri).uri_from("audio/aac-96") == seen


def test_a_key_is_never_printed() -> None:
    assert repr(Delivery(encryption=Encryption(KEY))) == (
        "Delivery(is_single_file=False, encryption=Encryption(uri='key.bin', is_key_inside=True))"
    )
