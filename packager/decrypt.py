"""Reads what AES-128 encrypted as a whole (RFC 8216 section 4.3.2.4), here and there, as if it were clear.

CBC lets a reader start at any block: it needs the block before, and nothing else of what comes earlier.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Protocol
from urllib.parse import unquote_to_bytes

from packager.errors import BrokenPackageError

BLOCK_BYTES = 16


class CipherFile(Protocol):
    """The encrypted file."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a byte."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, fewer at the end."""


def find_end(file: CipherFile, start: int, end: int, key: bytes, iv: bytes) -> int:
    """Where the clear bytes of the encrypted ones between two offsets end: before their padding (PKCS7).

    Raises BrokenPackageError where these bytes were not encrypted with this key, or not as a whole.
    """
    if len(key) != BLOCK_BYTES:
        raise BrokenPackageError(f"the key has {len(key)} bytes, where AES-128 has {BLOCK_BYTES}")
    if (end - start) % BLOCK_BYTES or end == start:
        raise BrokenPackageError(f"{end - start} bytes, which is no whole number of blocks of {BLOCK_BYTES}")
    last = DecryptedFile(file, start, end, key, iv)
    last.seek(end - BLOCK_BYTES)
    block = last.read(BLOCK_BYTES)
    count = block[-1] if block else 0
    if not 1 <= count <= BLOCK_BYTES or block[-count:] != bytes([count]) * count:
        raise BrokenPackageError("the key does not decrypt it: there is no padding at its end")
    return end - count


class DecryptedFile:
    """The clear bytes of what is encrypted between two offsets of a file, each at the offset of its ciphertext."""

    def __init__(self, file: CipherFile, start: int, end: int, key: bytes, iv: bytes) -> None:
        self._file = file
        self._start, self._end = start, end
        self._key, self._iv = key, iv
        self._at = start

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a byte; from the end where `whence` is 2."""
        self._at = offset + (self._end if whence == 2 else 0)
        return self._at

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        first = (self._at - self._start) // BLOCK_BYTES * BLOCK_BYTES + self._start
        last = min(self._at + size, self._end)
        if last <= self._at:
            return b""
        whole = self._decrypt(first, last + (self._start - last) % BLOCK_BYTES)
        taken = whole[self._at - first : last - first]
        self._at += len(taken)
        return taken

    def close(self) -> None:
        """The encrypted file stays its owner's."""

    def _decrypt(self, first: int, last: int) -> bytes:
        """Whole blocks. The block before them, or at the start the IV, sets off the chain."""
        # 74 ms to import, which who has nothing encrypted need not wait for.
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES128
        from cryptography.hazmat.primitives.ciphers.modes import CBC

        before = max(first - BLOCK_BYTES, self._start)
        self._file.seek(before)
        blocks = self._file.read(last - before)
        chain, blocks = (self._iv, blocks) if before == first else (blocks[:BLOCK_BYTES], blocks[BLOCK_BYTES:])
        if len(chain) < BLOCK_BYTES:
            return b""
        decryptor = Cipher(AES128(self._key), CBC(chain)).decryptor()
        return decryptor.update(blocks[: len(blocks) // BLOCK_BYTES * BLOCK_BYTES])


def read_embedded_key(uri: str) -> bytes | None:
    """The bytes of a `data:` URI (RFC 2397), by which some packagers give test keys; None for any other URI."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "data":
        return None
    kind, _, written = rest.partition(",")
    try:
        return b64decode(unquote_to_bytes(written)) if kind.endswith(";base64") else unquote_to_bytes(written)
    except Base64Error:
        return b""
