"""How an origin gives the files: compression, media types, permission for web players, TLS. Only for URLs."""

from collections.abc import Callable, Iterator
from itertools import groupby
from urllib.parse import urlsplit

from packager.lint.finding import Fault, Place
from packager.lint.presentation import Delivery, Presentation

# RFC 8216 section 4, and the type that came before it.
_PLAYLIST_TYPES = frozenset({"application/vnd.apple.mpegurl", "audio/mpegurl", "application/x-mpegurl"})
# RFC 4337 and ISO/IEC 23009-1 annex C, RFC 3555 and IANA's list for the older containers, WebVTT.
_MEDIA_TYPES = frozenset({
    "video/mp4", "audio/mp4", "application/mp4", "video/iso.segment", "audio/iso.segment", "video/mp2t", "audio/aac",
    "audio/mpeg", "audio/ac3", "audio/eac3", "text/vtt",
})  # fmt: skip
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _first_of_each(presentation: Presentation, is_wrong: Callable[[Delivery], bool]) -> Iterator[tuple[Delivery, str]]:
    """Of the files that an origin gives wrongly, one of each kind by its suffix, and how many more there are."""
    wrong = [each for each in presentation.origin.deliveries if is_wrong(each)] if presentation.origin else []
    for _, alike in groupby(sorted(wrong, key=_suffix), key=_suffix):
        first, *more = alike
        yield first, f" ({len(more)} more like it)" if more else ""


def _suffix(delivery: Delivery) -> str:
    return urlsplit(delivery.file).path.rpartition(".")[2]


def find_plain_playlists(presentation: Presentation) -> Iterator[Fault]:
    """Playlists that came uncompressed though gzip was asked for."""
    for delivery, more in _first_of_each(presentation, lambda d: d.is_playlist and d.coding != "gzip"):
        found = f"not compressed{more}"
        yield Fault(Place(delivery.file), found, "Content-Encoding: gzip", "let the server compress playlists")


def find_wrong_types(presentation: Presentation) -> Iterator[Fault]:
    """Files whose media type is not that of what they are."""
    for delivery, more in _first_of_each(presentation, lambda d: not _is_fitting(d)):
        found = f"Content-Type {delivery.media_type or 'missing'}{more}"
        expected = "application/vnd.apple.mpegurl" if delivery.is_playlist else "video/mp4, audio/mp4 or the like"
        yield Fault(Place(delivery.file), found, expected, "teach the server the media type of the suffix")


def _is_fitting(delivery: Delivery) -> bool:
    kind = (delivery.media_type or "").partition(";")[0].strip().lower()
    return kind in (_PLAYLIST_TYPES if delivery.is_playlist else _MEDIA_TYPES)


def find_closed_files(presentation: Presentation) -> Iterator[Fault]:
    """Files that a web player on another site may not read."""
    for delivery, more in _first_of_each(presentation, lambda d: d.allowed_origin is None):
        found = f"no Access-Control-Allow-Origin{more}"
        yield Fault(Place(delivery.file), found, "permission for web players", "send Access-Control-Allow-Origin: *")


def find_open_lines(presentation: Presentation) -> Iterator[Fault]:
    """A presentation over plain HTTP. One on this very machine is being tried out."""
    if presentation.origin is None or not presentation.playlists:
        return
    pieces = urlsplit(presentation.origin.url)
    if pieces.scheme == "http" and pieces.hostname not in _LOOPBACK:
        place = Place(presentation.playlists[0].file)
        yield Fault(place, f"fetched from {presentation.origin.url}", "https", "serve it with TLS")
