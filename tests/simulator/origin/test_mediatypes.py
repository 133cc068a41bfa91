import pytest

from simulator.origin.mediatypes import Keeping, kind_of


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("master.m3u8", "application/vnd.apple.mpegurl"),
        ("manifest.mpd", "application/dash+xml"),
        ("package.json", "application/json"),
        ("video/720p/init.mp4", "video/mp4"),
        ("audio/160k/init.mp4", "audio/mp4"),
        ("soundtrack/160k/init.mp4", "audio/mp4"),
        ("audio.mp4", "video/mp4"),
        ("audio/160k/00001.m4s", "video/iso.segment"),
        ("text/en/00001.vtt", "text/vtt; charset=utf-8"),
        ("thumbnails/00001.JPG", "image/jpeg"),
        ("README", "application/octet-stream"),
        ("m3u8", "application/octet-stream"),
    ],
)
def test_media_type_follows_from_the_path(path: str, media_type: str) -> None:
    assert kind_of(tuple(path.split("/"))).media_type == media_type


def test_playlists_are_asked_for_again_and_segments_kept() -> None:
    assert kind_of(("master.m3u8",)).keeping is Keeping.ASK_AGAIN
    assert kind_of(("video", "720p", "00001.m4s")).keeping is Keeping.FOR_EVER
