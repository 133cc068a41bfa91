import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.origin.paths import split_target


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("/", ()),
        ("/?x=1", ()),
        ("/master.m3u8", ("master.m3u8",)),
        ("/video/720p/00001.m4s?t=1#x", ("video", "720p", "00001.m4s")),
        ("/a%20b%2Bc/%C3%A9.m4s", ("a b+c", "é.m4s")),
        ("/a%252e", ("a%2e",)),
        ("http://host:80/master.m3u8", ("master.m3u8",)),
        ("http://host", ()),
        ("/..", None),
        ("/a/../b", None),
        ("/%2e%2e/b", None),
        ("/a%2Fb", None),
        ("/a%5Cb", None),
        ("/a\\b", None),
        ("/a%00b", None),
        ("/.git/config", None),
        ("//etc/passwd", None),
        ("/a/", None),
        ("/%", None),
        ("/%zz", None),
        ("/%FF", None),
        ("*", None),
        ("host:443", None),
        ("", ()),
    ],
)
def test_target_names_these_folders_and_file(target: str, names: tuple[str, ...] | None) -> None:
    assert split_target(target) == names


@given(st.text(alphabet="/.%2eEfF5cC0\\\0a?#:") | st.text())
def test_no_target_can_leave_the_folder(target: str) -> None:
    for name in split_target("/" + target) or ():
        assert name not in {"", ".", ".."}
        assert not {"/", "\\", "\0"} & set(name)
