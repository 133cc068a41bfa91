from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.lint.addresses import locate, resolve_path, resolve_url

ROOT = "https://a.example/song/"


def test_uris_on_disk_are_relative_to_their_playlist() -> None:
    assert resolve_path("audio/a.m3u8", "0.m4s") == "audio/0.m4s"
    assert resolve_path("audio/a.m3u8", "../video/v%201.m3u8?token=1#x") == "video/v 1.m3u8"
    for elsewhere in ("https://cdn.example/0.m4s", "//cdn.example/0.m4s", "/0.m4s", "data:,x", "", "http://[", "?x"):
        assert resolve_path("audio/a.m3u8", elsewhere) is None


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("0.m4s", "audio/0.m4s"),
        ("../video/v%201.m3u8?token=1#x", "video/v%201.m3u8?token=1"),
        ("a song.m4s", "audio/a%20song.m4s"),
        ("/song/0.m4s", "0.m4s"),
        ("/0.m4s", "https://a.example/0.m4s"),
        ("//cdn.example/0.m4s", "https://cdn.example/0.m4s"),
        ("http://cdn.example/0.m4s?a=b&c", "http://cdn.example/0.m4s?a=b&c"),
        ("data:,x", None),
        ("ftp://cdn.example/x", None),
        ("http://[", None),
        ("/song/", None),
    ],
)
def test_uris_behind_a_url_may_lead_anywhere(uri: str, name: str | None) -> None:
    assert resolve_url(ROOT, {}, "audio/a.m3u8", uri) == name


def test_uris_of_a_playlist_from_elsewhere_are_relative_to_it() -> None:
    assert resolve_url(ROOT, {}, "http://cdn.example/x/a.m3u8", "0.m4s") == "http://cdn.example/x/0.m4s"
    moved = {"audio/a.m3u8": "http://cdn.example/x/a.m3u8?t=1"}
    assert resolve_url(ROOT, moved, "audio/a.m3u8", "0.m4s") == "http://cdn.example/x/0.m4s"


def test_a_name_is_found_where_it_was_named() -> None:
    assert locate(ROOT, "audio/0.m4s?t=1") == "https://a.example/song/audio/0.m4s?t=1"
    assert locate(ROOT, "http://cdn.example/0.m4s") == "http://cdn.example/0.m4s"


@given(st.text(max_size=60), st.sampled_from(["audio/a.m3u8", "http://cdn.example/x/a.m3u8"]))
def test_any_uri_is_a_name_or_none(uri: str, base: str) -> None:
    found: Any = (resolve_path(base, uri), resolve_url(ROOT, {}, base, uri))
    assert all(each is None or each for each in found)
