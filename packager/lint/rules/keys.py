"""Encryption: keys, what they apply to, and the schemes that devices take."""

from collections.abc import Iterator
from itertools import groupby

from packager.lint.finding import Fault, Place
from packager.lint.initshape import Protection
from packager.lint.lexer import Tag
from packager.lint.presentation import Part, Presentation, Stream

_FAIRPLAY = "com.apple.streamingkeydelivery"
_HIDDEN = frozenset({"encv", "enca"})
# Apple's authoring rule 13.7, and ISO/IEC 23001-7 section 10.4: one block of ten.
_VIDEO_PATTERN = (1, 9)


def _key_tags(presentation: Presentation) -> Iterator[tuple[str, Tag]]:
    for playlist in presentation.playlists:
        for tag in playlist.lexed.tags("EXT-X-KEY", "EXT-X-SESSION-KEY"):
            yield playlist.file, tag


def _keyed_parts(stream: Stream) -> Iterator[tuple[Part, tuple[Tag, ...]]]:
    """Each segment with the keys that apply to it: one of each KEYFORMAT, none after METHOD=NONE."""
    tags = list(stream.playlist.lexed.tags("EXT-X-KEY"))
    keys: dict[str, Tag] = {}
    for part in stream.parts:
        while tags and tags[0].line < part.segment.line:
            tag = tags.pop(0)
            if tag.get("METHOD") == "NONE":
                keys.clear()
            else:
                keys[tag.get("KEYFORMAT") or "identity"] = tag
        yield part, tuple(keys.values())


def find_wrong_attributes(presentation: Presentation) -> Iterator[Fault]:
    """Keys without METHOD or URI, METHOD=NONE with more, and NONE where a session is encrypted."""
    for file, tag in _key_tags(presentation):
        place, method = Place(file, tag.line), tag.get("METHOD")
        more = [attribute.name for attribute in tag.attributes() if attribute.name != "METHOD"]
        if method is None:
            yield Fault(place, f"{tag.name} without METHOD", "METHOD=...", "add the method of encryption")
        elif method == "NONE" and tag.name == "EXT-X-SESSION-KEY":
            yield Fault(place, "EXT-X-SESSION-KEY with METHOD=NONE", "the key of a media playlist", "remove the tag")
        elif method == "NONE" and more:
            yield Fault(place, f"METHOD=NONE with {' and '.join(more)}", "nothing beside NONE", "remove the others")
        elif method != "NONE" and tag.get("URI") is None:
            yield Fault(place, f"METHOD={method[:40]} without URI", "where the key is", "add URI")


def find_maps_without_iv(presentation: Presentation) -> Iterator[Fault]:
    """Init segments under an AES-128 key that has no IV."""
    for stream in presentation.streams.values():
        keys = stream.playlist.lexed.tags("EXT-X-KEY")
        for tag in stream.playlist.lexed.tags("EXT-X-MAP"):
            key = next((key for key in reversed(keys) if key.line < tag.line), None)
            if key is not None and key.get("METHOD") == "AES-128" and key.get("IV") is None:
                found = f"EXT-X-MAP under the AES-128 key of line {key.line}, which has no IV"
                yield Fault(stream.place(tag.line), found, "IV in that key", "add IV=0x...")


def find_missing_keys(presentation: Presentation) -> Iterator[Fault]:
    """Encrypted tracks without a key, the first segment of each playlist."""
    for stream in presentation.streams.values():
        for part, keys in _keyed_parts(stream):
            shape = part.init.shape if part.init else None
            hidden = [track.entry for track in shape.tracks if track.entry in _HIDDEN] if shape else []
            if hidden and not keys:
                place = stream.place(part.segment.line, part.segment.start_s)
                yield Fault(place, f"an encrypted track ({hidden[0]}) and no EXT-X-KEY", "the key", "add EXT-X-KEY")
                break


def find_wrong_keys(presentation: Presentation) -> Iterator[Fault]:
    """Init segments and segments that the key at hand does not open, the first of each playlist."""
    for stream in presentation.streams.values():
        for part in stream.parts:
            pointer = part.segment.init
            locks = [
                (part.init.file, part.init.breakage, pointer.key if pointer else None) if part.init else None,
                (part.place.file, part.payload.breakage, part.segment.key) if part.payload else None,
            ]
            locked = next((lock for lock in locks if lock and lock[1] and lock[1].is_locked), None)
            if locked:
                file, breakage, key = locked
                assert breakage
                expected = f"bytes that the key {str(key and key.uri)[:80]!r} and its IV open"
                mend = "write the key and IV that it was encrypted with"
                yield Fault(Place(file, None, breakage.offset_bytes), breakage.reason, expected, mend)
                break


def find_wrong_fairplay(presentation: Presentation) -> Iterator[Fault]:
    """FairPlay keys of another method than SAMPLE-AES."""
    for file, tag in _key_tags(presentation):
        if tag.get("KEYFORMAT") == _FAIRPLAY and tag.get("METHOD") not in {"SAMPLE-AES", None}:
            found = f"METHOD={str(tag.get('METHOD'))[:40]} for FairPlay"
            yield Fault(Place(file, tag.line), found, "SAMPLE-AES", "encrypt with the cbcs scheme")


def find_counter_modes(presentation: Presentation) -> Iterator[Fault]:
    """SAMPLE-AES-CTR, which Apple's devices do not play."""
    for file, tag in _key_tags(presentation):
        if tag.get("METHOD") == "SAMPLE-AES-CTR":
            expected = "SAMPLE-AES (the cbcs scheme)"
            yield Fault(
                Place(file, tag.line), "METHOD=SAMPLE-AES-CTR", expected, "encrypt with cbcs for Apple's devices"
            )


def find_wrong_schemes(presentation: Presentation) -> Iterator[Fault]:
    """Init segments whose scheme is not the one that their key's METHOD means."""
    for stream in presentation.streams.values():
        told: set[str] = set()
        for part, keys in _keyed_parts(stream):
            shape = part.init.shape if part.init else None
            if part.init is None or shape is None or part.init.file in told or not keys:
                continue
            told.add(part.init.file)
            for track in shape.tracks:
                protection, method = track.protection, keys[0].get("METHOD")
                if protection and method in _SCHEMES and not _is_suited(protection, str(method), track.is_picture):
                    found = f"scheme {protection.scheme!r}{_show(protection)} under METHOD={method}"
                    yield Fault(Place(part.init.file), found, _SCHEMES[str(method)], "encrypt with that scheme")


_SCHEMES = {"SAMPLE-AES": "'cbcs', for video with the pattern 1:9", "SAMPLE-AES-CTR": "'cenc'"}


def _is_suited(protection: Protection, method: str, is_picture: bool) -> bool:
    if method == "SAMPLE-AES-CTR":
        return protection.scheme == "cenc"
    return protection.scheme == "cbcs" and (not is_picture or protection.pattern in {None, _VIDEO_PATTERN})


def _show(protection: Protection) -> str:
    return f" {protection.pattern[0]}:{protection.pattern[1]}" if protection.pattern else ""


def _identity(presentation: Presentation, file: str, tag: Tag) -> tuple[str | None, ...]:
    """What makes two key tags the same key (RFC8216bis section 4.4.6.5), from whatever playlist its URI is seen."""
    uri = tag.get("URI")
    seen = uri and (presentation.resolve(file, uri) or uri)
    return tag.get("METHOD"), seen, tag.get("IV"), tag.get("KEYFORMAT") or "identity"


def find_unused_session_keys(presentation: Presentation) -> Iterator[Fault]:
    """Session keys that no media playlist has."""
    used = {_identity(presentation, file, tag) for file, tag in _key_tags(presentation) if tag.name == "EXT-X-KEY"}
    for file, tag in _key_tags(presentation):
        if (
            tag.name == "EXT-X-SESSION-KEY"
            and tag.get("METHOD") != "NONE"
            and _identity(presentation, file, tag) not in used
        ):
            found = f"EXT-X-SESSION-KEY with URI {str(tag.get('URI'))[:80]!r}"
            expected = "METHOD, URI, IV and KEYFORMAT as in an EXT-X-KEY of a media playlist"
            yield Fault(Place(file, tag.line), found, expected, "correct or remove it")


def find_unsaid_session_keys(presentation: Presentation) -> Iterator[Fault]:
    """Keys that several media playlists share and the multivariant playlist does not tell beforehand."""
    for playlist in presentation.multivariants:
        told = {_identity(presentation, playlist.file, tag) for tag in playlist.lexed.tags("EXT-X-SESSION-KEY")}
        faces = presentation.faces(playlist)
        shared = [
            identity
            for stream in faces
            for identity in {
                _identity(presentation, stream.file, tag) for tag in stream.playlist.lexed.tags("EXT-X-KEY")
            }
            if identity[0] not in {None, "NONE"} and identity not in told
        ]
        for identity, copies in groupby(sorted(shared, key=str)):
            count = len(list(copies))
            if count > 1:
                found = f"no EXT-X-SESSION-KEY for the key {str(identity[1])[:80]!r} of {count} playlists"
                yield Fault(
                    Place(playlist.file, 1), found, "keys that are shared told at once", "add EXT-X-SESSION-KEY"
                )
