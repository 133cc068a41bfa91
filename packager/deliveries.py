"""Describes how a package is delivered: what package.json, the notes and the multivariant playlists say of it."""

from collections.abc import Iterator

from packager.delivery import KEY_NAME, Delivery
from packager.manifest import DeliveryRecord, EncryptionRecord
from packager.playlist import SessionKey


def record_delivery(delivery: Delivery) -> DeliveryRecord:
    """What package.json says of it."""
    encryption = delivery.encryption
    if encryption is None:
        return DeliveryRecord(delivery.is_single_file, None)
    return DeliveryRecord(delivery.is_single_file, EncryptionRecord("AES-128", "media sequence number", encryption.uri))


def note_delivery(delivery: Delivery) -> Iterator[str]:
    """What the user should know of it."""
    if delivery.encryption is None:
        return
    if delivery.encryption.is_key_inside:
        yield f"{KEY_NAME} in the package is the key, and protects nothing there: keep it elsewhere and give --key-url"
    yield "no manifest.mpd: DASH players have no AES-128 of whole segments"


def find_session_keys(delivery: Delivery) -> tuple[SessionKey, ...]:
    """The key of all segments, for players to get early."""
    return () if delivery.encryption is None else (SessionKey(delivery.encryption.uri),)
