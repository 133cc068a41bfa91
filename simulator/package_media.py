"""The media of a package as a session named it: playlists and bodies by the URIs that the player was given."""

from simulator.cipher import decrypt_segment
from simulator.commands import Fetch, Part
from simulator.events import Buffered, Requested
from simulator.hls import parse_playlist
from simulator.media import Piece
from simulator.package_folder import PackageReader
from simulator.presentation import MediaPlaylist, Resource, Rung
from simulator.session import Session
from simulator.songs import find_presentation


class PackageMedia:
    """Uninterrupted play of the package that a session was played from."""

    def __init__(self, session: Session, package: PackageReader) -> None:
        self._package = package
        folder, slash, _ = session.uri.partition("?")[0].rpartition("/")
        self._base = folder + slash
        self._playlists: dict[str, MediaPlaylist] = {}
        self._keys = _read_keys(session)
        self.presentation = find_presentation(session)

    def playlist(self, rung: Rung) -> MediaPlaylist:
        """The media playlist of a rung; each is parsed once."""
        if rung.uri not in self._playlists:
            resource = Resource(rung.uri)
            parsed = parse_playlist(Fetch(0, resource, Part.PLAYLIST), self.read(resource))
            assert isinstance(parsed, MediaPlaylist), "a playlist fetch gives a media playlist"
            self._playlists[rung.uri] = parsed
        return self._playlists[rung.uri]

    def piece(self, rung: Rung, index: int) -> Piece:
        """A segment of a rung, with its init segment."""
        playlist = self.playlist(rung)
        init = self.read(playlist.init) if playlist.init else b""
        name, segment = f"{rung.name}, segment {index}", playlist.segments[index]
        body = self.read(segment.resource)
        if segment.encryption is not None:
            body = decrypt_segment(name, body, self._key(segment.encryption.key), bytes.fromhex(segment.encryption.iv))
        return Piece(name, init, body)

    def _key(self, resource: Resource) -> bytes:
        """The key as the session got it; one that it did not need is read beside the package."""
        return self._keys.get(resource.uri) or self.read(resource)

    def read(self, resource: Resource) -> bytes:
        """The bytes of a resource. Raises BrokenPackageError when they are not there."""
        return self._package.read(Resource(resource.uri.removeprefix(self._base), resource.byte_range))


def _read_keys(session: Session) -> dict[str, bytes]:
    """The keys that came in a session, by URI."""
    asked = [e.request_id for e in session.events if isinstance(e, Requested) and e.part is Part.KEY]
    return {session.resources[each].uri: session.bodies[each] for each in asked if each in session.bodies}


def read_appended(session: Session, event: Buffered) -> Piece:
    """A segment as it was appended."""
    init = session.bodies[event.init_request_id] if event.init_request_id >= 0 else b""
    name = f"{event.medium.value} {event.rung}, segment {event.index}"
    body = session.bodies[event.request_id]
    if event.key_request_id >= 0:
        body = decrypt_segment(name, body, session.bodies[event.key_request_id], bytes.fromhex(event.iv))
    return Piece(name, init, body)
