"""Reads segments that AES-128 encrypted as a whole (RFC 8216bis section 6.3.6)."""

from simulator.errors import BrokenPackageError

KEY_BYTES = 16
_BLOCK_BITS = 128


def decrypt_segment(name: str, body: bytes, key: bytes, iv: bytes) -> bytes:
    """The clear bytes of a whole segment; `name` is what a fault calls it.

    Raises BrokenPackageError when this is no key, or not the key of this body.
    """
    # 74 ms to import, for which a clear package need not wait.
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES128
    from cryptography.hazmat.primitives.ciphers.modes import CBC
    from cryptography.hazmat.primitives.padding import PKCS7

    if len(key) != KEY_BYTES:
        raise BrokenPackageError(f"{name}: its key came as {len(key)} bytes where AES-128 has {KEY_BYTES}")
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    decryptor = Cipher(AES128(key), CBC(iv)).decryptor()
    try:
        padded = decryptor.update(body) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as fault:
        raise BrokenPackageError(
            f"{name}: {len(body)} bytes that the key does not decrypt ({fault}); is it another song's?"
        ) from fault
