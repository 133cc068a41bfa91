import os
from pathlib import Path

import pytest
from media_makers import make_sound, write_media

from packager.errors import InputError, PackagerError, UnsupportedError
from packager.opening import open_source


def refusal(path: Path, kind: type[PackagerError] = InputError) -> str:
    with pytest.raises(kind) as raised, open_source(path):
        pass
    return str(raised.value)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.mp4") == f"{tmp_path}/none.mp4: no such file; check the path"
    assert refusal(tmp_path) == f"{tmp_path}: is a folder; name the song or video file in it"
    (tmp_path / "empty.mp4").touch()
    assert refusal(tmp_path / "empty.mp4") == "empty.mp4: is empty (0 bytes); export or download it again"
    (tmp_path / "link.mp4").symlink_to("none.mp4")
    assert refusal(tmp_path / "link.mp4") == (
        f"{tmp_path}/link.mp4: is a link to a file that is not there; check the path"
    )
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    assert refusal(tmp_path / "loop.mp4") == (
        f"{tmp_path}/loop.mp4: cannot be opened (Too many levels of symbolic links); check its name and permissions"
    )


def test_a_pipe_or_a_device_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == (
        f"{tmp_path}/pipe: is a pipe, which cannot be read twice; save it to a file first"
    )
    assert refusal(Path("/dev/zero")) == "/dev/zero: is a device; name a file"


def test_names_that_no_file_can_have_are_refused() -> None:
    assert refusal(Path("a\0b")) == r"a\x00b: cannot be opened (embedded null byte); check its name and permissions"
    assert refusal(Path("x" * 300)) == (
        f"{'x' * 300}: cannot be opened (File name too long); check its name and permissions"
    )


def test_what_is_no_media_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("Dear diary, today I made a music video.\n" * 50)
    assert refusal(tmp_path / "text.mp4") == (
        "text.mp4: not sound or video that can be read (Invalid data found when processing input): "
        "export it again, or name another file"
    )


def test_a_list_of_files_is_not_followed(tmp_path: Path) -> None:
    write_media(tmp_path / "secret.wav", sound=make_sound(0.1), sound_codec="pcm_s16le")
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile secret.wav\n")
    assert refusal(tmp_path / "list.mp4", UnsupportedError) == (
        "list.mp4: is a list of other files (concat), not sound or video itself: name the media file"
    )


def test_messages_stay_on_one_line_whatever_the_name(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a\nb.mp4") == rf"{tmp_path}/a\nb.mp4: no such file; check the path"
    assert refusal(tmp_path / os.fsdecode(b"\xe9t\xe9.mp4")) == (
        rf"{tmp_path}/\udce9t\udce9.mp4: no such file; check the path"
    )


@pytest.mark.parametrize(
    "name", ["AC:DC.wav", "concat:a|b.wav", "-dash.wav", "two\nlines.wav", "100%03d.wav", "'\" 🎵.wav", "[red].wav"]
)
def test_a_name_is_only_a_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_media(tmp_path / "plain.wav", sound=make_sound(0.1), sound_codec="pcm_s16le").rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with open_source(Path(name)) as container:
        assert container.format.name == "wav"
