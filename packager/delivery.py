"""How the segments of a package are handed over, whatever is in them."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

KEY_BYTES = 16
# Where the key of a package is that keeps it itself.
KEY_NAME = "key.bin"


@dataclass(frozen=True, slots=True)
class Encryption:
    """AES-128 over whole segments with this key, which players get at `uri`, as seen from the package's folder.

    `is_key_inside`: the key is a file of the package.
    """

    key: bytes = field(repr=False)
    uri: str = KEY_NAME
    is_key_inside: bool = True

    def __post_init__(self) -> None:
        assert len(self.key) == KEY_BYTES
        assert self.uri
        assert not set('"\r\n') & set(self.uri), "a quoted string cannot hold these"

    def uri_from(self, folder: str) -> str:
        """The URI as a playlist in this folder of the package writes it."""
        is_relative = not urlsplit(self.uri).scheme and not self.uri.startswith("/")
        return "../" * (folder.count("/") + 1) + self.uri if is_relative else self.uri


@dataclass(frozen=True, slots=True)
class Delivery:
    """`is_single_file`: the segments of a rung lie one after another in one file, instead of each in its own."""

    is_single_file: bool = False
    encryption: Encryption | None = None

    def __post_init__(self) -> None:
        assert not (self.is_single_file and self.encryption), "its I-frames could not be told by ranges"


IN_FOLDERS = Delivery()
