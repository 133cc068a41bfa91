"""A package behind a URL, read as a stranger would, for the proof of a session that was played from there."""

import urllib.error
import urllib.request
from urllib.parse import urljoin

from simulator.errors import OriginError
from simulator.presentation import Resource

SILENCE_S = 10.0


class PackageUrl:
    """Bodies of a package's resources, by URIs relative to its multivariant playlist."""

    def __init__(self, url: str) -> None:
        self._url = url

    def read(self, resource: Resource) -> bytes:
        """The bytes of a resource. Raises OriginError when the origin does not give them."""
        url = urljoin(self._url, resource.uri)
        request = urllib.request.Request(url)
        if resource.byte_range is not None:
            last = resource.byte_range.offset + resource.byte_range.length - 1
            request.add_header("Range", f"bytes={resource.byte_range.offset}-{last}")
        try:
            with urllib.request.urlopen(request, timeout=SILENCE_S) as response:
                body: bytes = response.read()
        except (urllib.error.URLError, OSError) as fault:
            reason = getattr(fault, "reason", fault)
            raise OriginError(f"{url}: {reason}; is the origin running?") from fault
        return body
