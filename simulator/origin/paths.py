"""The names in a request's path, so that none can lead out of the folder served."""

import re
from urllib.parse import unquote_to_bytes

# RFC 9112 section 3.2.2: a request may name the whole URL; only its path is ours.
_SCHEME_AND_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def split_target(target: str) -> tuple[str, ...] | None:
    """The names that a request target's path is made of, decoded once; `()` for `/`; None when no file can be meant.

    Each name is checked after decoding, so an escaped slash, dot or NUL cannot pass. Names that begin
    with a dot (`..` and hidden files), an empty one and a backslash are refused.
    """
    path = re.split(r"[?#]", _SCHEME_AND_HOST.sub("", target, count=1), maxsplit=1)[0] or "/"
    if not path.startswith("/") or _BROKEN_ESCAPE.search(path):
        return None
    if path == "/":
        return ()
    try:
        names = tuple(unquote_to_bytes(part).decode("utf-8") for part in path[1:].split("/"))
    except UnicodeError:
        return None
    return names if all(map(_is_plain, names)) else None


def _is_plain(name: str) -> bool:
    return bool(name) and not name.startswith(".") and not {"/", "\\", "\0"}.intersection(name)
