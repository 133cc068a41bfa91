"""Whether a body that came is whole, as far as a player can see before it decodes: its boxes, end to end.

A SourceBuffer runs the same check when it parses an append (Media Source Extensions, segment parser loop).
"""

from simulator.commands import Fetch, Part

_KEY_BYTES = 16
_CIPHER_BLOCK_BYTES = 16
_BOX_HEAD_BYTES = 8
_LARGE_SIZE = 1  # the size follows the type in 64 bits (ISO/IEC 14496-12 section 4.2)
_TRANSPORT_STREAM_SYNC = 0x47


def find_fault(fetch: Fetch, body: bytes) -> str:
    """What is wrong with what came for a key, a segment or an init segment, in a few words; empty when it is whole.

    Of an encrypted segment no more is seen than that it has whole blocks.
    """
    if fetch.part is Part.KEY:
        return "" if len(body) == _KEY_BYTES else f"{len(body)} bytes, where a key has {_KEY_BYTES}"
    if not fetch.resource.is_encrypted:
        return find_damage(body)
    is_whole = body and len(body) % _CIPHER_BLOCK_BYTES == 0
    return "" if is_whole else f"{len(body)} bytes, no whole number of blocks of {_CIPHER_BLOCK_BYTES}"


def find_damage(body: bytes) -> str:
    """What is wrong with a segment or init segment, in a few words; empty when its boxes are whole.

    MPEG-TS and packed audio have no boxes and pass.
    """
    if body[:1] == bytes([_TRANSPORT_STREAM_SYNC]) or body[:3] == b"ID3" or body[:2] in {b"\xff\xf1", b"\xff\xf9"}:
        return ""
    if not body:
        return "it is empty"
    at = 0
    while at < len(body):
        size = _read_box_size(body, at)
        if size is None:
            return f"no MP4 box at byte {at}"
        at += size
    return f"its last box ends {at - len(body)} bytes after it" if at > len(body) else ""


def _read_box_size(body: bytes, at: int) -> int | None:
    """The size of the box at `at`; None when no box can stand there."""
    name = body[at + 4 : at + _BOX_HEAD_BYTES]
    if len(name) < 4 or not all(0x20 <= byte < 0x7F for byte in name):
        return None
    size = int.from_bytes(body[at : at + 4], "big")
    if size == _LARGE_SIZE:
        size = int.from_bytes(body[at + _BOX_HEAD_BYTES : at + 2 * _BOX_HEAD_BYTES], "big")
    return size if size >= _BOX_HEAD_BYTES else None
