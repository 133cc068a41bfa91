import pytest

from simulator.cipher import decrypt_segment
from simulator.errors import BrokenPackageError

KEY = bytes(range(16))
IV = (5).to_bytes(16)
# printf 'a segment' | openssl enc -aes-128-cbc -K 000102030405060708090a0b0c0d0e0f -iv 5 (padded on the left) | xxd -p
BODY = bytes.fromhex("bb7244470f6e431e7eb5ac821ade008b")


def test_what_openssl_encrypted_is_read() -> None:
    assert decrypt_segment("s", BODY, KEY, IV) == b"a segment"


@pytest.mark.parametrize(
    ("body", "key", "message"),
    [
        (BODY, KEY[:15], "s: its key came as 15 bytes where AES-128 has 16"),
        (BODY, bytes(16), "s: 16 bytes that the key does not decrypt .*; is it another song's"),
        (BODY[:9], KEY, "s: 9 bytes that the key does not decrypt"),
        (b"", KEY, "s: 0 bytes that the key does not decrypt"),
    ],
)
def test_what_does_not_fit_is_named(body: bytes, key: bytes, message: str) -> None:
    with pytest.raises(BrokenPackageError, match=message):
        decrypt_segment("s", body, key, IV)
