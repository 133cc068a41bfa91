"""What a URI in a playlist means: a file below a folder, or below the place that a presentation was fetched from."""

from collections.abc import Mapping
from functools import lru_cache
from posixpath import dirname, join, normpath
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

# RFC 3986 section 2: what a URI may have, and % of what is quoted already.
_URI_CHARACTERS = "%:/?#[]@!$&'()*+,;=~-._"


# Rules ask for the same few hundred again and again.
@lru_cache(maxsize=4096)
def resolve_path(base: str, uri: str) -> str | None:
    """The file, relative to the folder, that a URI in the playlist `base` means; None for one that is not in files.

    A query is no part of a file's name, and %20 is a space.
    """
    try:
        pieces = urlsplit(uri)
    except ValueError:
        return None
    if pieces.scheme or pieces.netloc or pieces.path.startswith("/") or not pieces.path:
        return None
    return normpath(join(dirname(base), unquote(pieces.path)))


def resolve_url(root: str, moved: Mapping[str, str], base: str, uri: str) -> str | None:
    """The name of what a URI in the playlist `base` means: its URL, without `root` where it starts so.

    `moved` has the URLs at which redirected playlists were found: URIs are relative to these (RFC 3986 section 5.1.3).
    A query belongs to the name, since an origin may answer by it. None for what is not fetched over HTTP.
    """
    try:
        url = urldefrag(urljoin(moved.get(base, locate(root, base)), uri)).url
        scheme, host = urlsplit(url)[:2]
    except ValueError:
        return None
    name = quote(url, safe=_URI_CHARACTERS).removeprefix(root)
    return name if scheme in {"http", "https"} and host and name else None


def locate(root: str, name: str) -> str:
    """The URL of a name that `resolve_url` gave."""
    return name if "://" in name else root + name
