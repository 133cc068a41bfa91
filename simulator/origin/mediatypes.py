"""What a file is to a client: its media type, how long it may be kept, whether gzip makes it smaller."""

from dataclasses import dataclass
from enum import Enum

# Folders of a package whose MP4 files hold sound only.
_AUDIO_FOLDERS = frozenset({"audio", "soundtrack"})


class Keeping(Enum):
    """How long a client may keep a file: the value of `Cache-Control`."""

    # Asked for again each time, and answered with 304 while nothing changed: a package may be built anew in its place.
    ASK_AGAIN = "no-cache"
    # RFC 8216 section 6.2.1: a published segment does not change. RFC 8246 tells browsers not to ask even on reload.
    FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class FileKind:
    """What is known of a file by its name."""

    media_type: str
    keeping: Keeping
    is_text: bool = False


_UNKNOWN = FileKind("application/octet-stream", Keeping.ASK_AGAIN)
_SOUND_MP4 = FileKind("audio/mp4", Keeping.FOR_EVER)

_KINDS: dict[str, FileKind] = {
    "m3u8": FileKind("application/vnd.apple.mpegurl", Keeping.ASK_AGAIN, is_text=True),  # RFC 8216 section 4
    "mpd": FileKind("application/dash+xml", Keeping.ASK_AGAIN, is_text=True),  # ISO/IEC 23009-1 annex C
    "json": FileKind("application/json", Keeping.ASK_AGAIN, is_text=True),
    "html": FileKind("text/html; charset=utf-8", Keeping.ASK_AGAIN, is_text=True),
    "js": FileKind("text/javascript; charset=utf-8", Keeping.ASK_AGAIN, is_text=True),
    "css": FileKind("text/css; charset=utf-8", Keeping.ASK_AGAIN, is_text=True),
    "txt": FileKind("text/plain; charset=utf-8", Keeping.ASK_AGAIN, is_text=True),
    "vtt": FileKind("text/vtt; charset=utf-8", Keeping.FOR_EVER, is_text=True),
    "m4s": FileKind("video/iso.segment", Keeping.FOR_EVER),  # ISO/IEC 23009-1 annex C, for sound as well
    "mp4": FileKind("video/mp4", Keeping.FOR_EVER),
    "m4v": FileKind("video/mp4", Keeping.FOR_EVER),
    "m4a": _SOUND_MP4,
    "aac": FileKind("audio/aac", Keeping.FOR_EVER),
    "flac": FileKind("audio/flac", Keeping.FOR_EVER),
    "ts": FileKind("video/mp2t", Keeping.FOR_EVER),
    "jpg": FileKind("image/jpeg", Keeping.FOR_EVER),
    "jpeg": FileKind("image/jpeg", Keeping.FOR_EVER),
    "png": FileKind("image/png", Keeping.FOR_EVER),
    "svg": FileKind("image/svg+xml", Keeping.FOR_EVER, is_text=True),
    "webp": FileKind("image/webp", Keeping.FOR_EVER),
}


def kind_of(path: tuple[str, ...]) -> FileKind:
    """What the file at `path`, the names of its folders and its own, is; unknown suffixes are plain bytes."""
    _, dot, suffix = path[-1].rpartition(".")
    kind = _KINDS.get(suffix.lower(), _UNKNOWN) if dot else _UNKNOWN
    if kind.media_type == "video/mp4" and _AUDIO_FOLDERS.intersection(path[:-1]):
        return _SOUND_MP4
    return kind
