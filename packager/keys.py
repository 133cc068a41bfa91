"""Reads from the command line how a package is to be delivered, and the key from its file."""

from pathlib import Path
from urllib.parse import urlsplit

from packager.delivery import KEY_BYTES, Delivery, Encryption
from packager.errors import InputError

_HOW_TO_MAKE = "make one with: openssl rand 16 > {path}"
# A key in hexadecimal with a line end, and then some: enough to say what else a file is.
_MOST_BYTES = 64


def plan_delivery(*, is_single_file: bool, key: Path | None, key_url: str | None) -> Delivery:
    """The delivery that these options ask for.

    Raises InputError when they contradict each other, or the key's file does not hold a key.
    """
    if key is None:
        if key_url is not None:
            raise InputError("--key-url without --key: name the file with the key that players will get there")
        return Delivery(is_single_file)
    if is_single_file:
        # Who decrypts an I-frame from the middle of a file needs the block before it (RFC 8216bis section 6.3.6), and
        # there another segment ends, encrypted for itself.
        raise InputError("--key with --single-file: I-frames inside an encrypted file cannot be told; leave one out")
    if key_url is None:
        return Delivery(encryption=Encryption(read_key(key)))
    if not _is_uri(key_url):
        raise InputError(f"--key-url {key_url!r}: a URI is expected, without quotes and line ends")
    return Delivery(encryption=Encryption(read_key(key), key_url, is_key_inside=False))


def _is_uri(text: str) -> bool:
    """Whether a playlist can hold it and a player can take it apart."""
    try:
        urlsplit(text)
    except ValueError:
        return False
    return bool(text) and text.isprintable() and '"' not in text


def read_key(path: Path) -> bytes:
    """The key in this file: 16 bytes, or 32 hexadecimal digits. Raises InputError when it is neither."""
    remedy = _HOW_TO_MAKE.format(path=path)
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except OSError as error:
        raise InputError(f"{path}: the key cannot be read ({error.strerror}); {remedy}") from error
    if len(content) == KEY_BYTES:
        return content
    written = content.strip()
    if len(written) == 2 * KEY_BYTES and all(each in b"0123456789abcdefABCDEF" for each in written):
        return bytes.fromhex(written.decode())
    found = f"{len(content)} bytes" if len(content) < _MOST_BYTES else f"{_MOST_BYTES} bytes or more"
    raise InputError(f"{path}: {found}, where a key is {KEY_BYTES} bytes or {2 * KEY_BYTES} hex digits; {remedy}")
