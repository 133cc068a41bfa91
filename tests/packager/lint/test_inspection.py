import struct
from pathlib import Path

import lint_specimen as specimen
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packager.boxes import box, full_box
from packager.errors import BrokenPackageError, InputError
from packager.inspection import lint_folder, read_presentation
from packager.lint.finding import Profile
from packager.lint.media import Container


def faults(path: Path) -> list[tuple[str, str, str]]:
    found = lint_folder(path, Profile.RFC)
    return [
        (f.rule, str(f.place), f.fault.found) for f in found if f.rule in {"file-missing", "not-read", "boxes-broken"}
    ]


def test_a_folder_is_read_from_the_playlists_at_its_top(tmp_path: Path) -> None:
    presentation = read_presentation(specimen.write(specimen.good_files(), tmp_path))
    assert [playlist.file for playlist in presentation.multivariants] == ["master.m3u8", "tv.m3u8"]
    assert sorted(presentation.streams) == [
        "audio/aac-192/playlist.m3u8",
        "audio/aac-96/playlist.m3u8",
        "video/180p/iframes.m3u8",
        "video/180p/playlist.m3u8",
        "video/360p/playlist.m3u8",
    ]
    assert presentation.is_ours


def test_one_playlist_is_read_with_what_it_names(tmp_path: Path) -> None:
    specimen.write(specimen.good_files(), tmp_path)
    presentation = read_presentation(tmp_path / "audio/aac-96/playlist.m3u8")
    (stream,) = presentation.streams.values()
    assert presentation.multivariants == ()
    assert [(part.file, part.size_bytes) for part in stream.parts] == [
        ("00000.m4s", 46_080), ("00001.m4s", 46_080), ("00002.m4s", 23_040),
    ]  # fmt: skip


def test_nothing_to_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere: no such file or folder: give a package folder or an \.m3u8 file"):
        lint_folder(tmp_path / "nowhere")
    with pytest.raises(BrokenPackageError, match=r"no playlist \(\*\.m3u8\) in it: give the folder that holds master"):
        lint_folder(tmp_path)
    with pytest.raises(BrokenPackageError, match=r"cannot be read \(File name too long\): check its name"):
        lint_folder(tmp_path / ("x" * 300))
    (tmp_path / "song.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    with pytest.raises(BrokenPackageError, match=r"song\.mp4: starts with b'.*ftypisom', expected #EXTM3U: give a"):
        lint_folder(tmp_path / "song.mp4")


def test_a_playlist_of_bytes_gives_findings(tmp_path: Path) -> None:
    (tmp_path / "master.m3u8").write_bytes(bytes(range(256)))
    assert {finding.rule for finding in lint_folder(tmp_path, Profile.RFC)} == {
        "playlist-syntax", "target-missing", "endlist-missing", "file-missing", "not-read",
    }  # fmt: skip


def test_queries_are_no_part_of_a_name_on_disk(tmp_path: Path) -> None:
    files = specimen.good_files()
    for name in [name for name in files if name.endswith(".m3u8")]:
        text = files[name].decode().replace('.m3u8"', '.m3u8?token=x"').replace('.mp4"', '.mp4?token=x#t"')
        files[name] = (
            text.replace(".m4s\n", ".m4s?token=x\n").replace("/playlist.m3u8\n", "/playlist.m3u8?a=b\n").encode()
        )
    assert faults(specimen.write(files, tmp_path)) == []


def test_uris_that_lead_elsewhere_are_noted_once_a_playlist(tmp_path: Path) -> None:
    files = specimen.good_files()
    name = "audio/aac-96/playlist.m3u8"
    files[name] = files[name].replace(b"00001", b"//cdn.example/1").replace(b"00002", b"file:///etc/00002")
    assert faults(specimen.write(files, tmp_path)) == [
        ("not-read", f"{name}:10", "'//cdn.example/1.m4s' and 1 more not read")
    ]


def test_uris_that_no_file_can_have_are_missing(tmp_path: Path) -> None:
    uris = ("a%00b.m4s", "x" * 5000, "..", "gone.m4s")
    entries = "".join(f"#EXTINF:4,\n{uri}\n" for uri in uris)
    (tmp_path / "a.m3u8").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n{entries}#EXT-X-ENDLIST\n")
    ((rule, place, found),) = faults(tmp_path)
    assert (rule, place) == ("file-missing", "a.m3u8:4")
    assert found.endswith("is not there, and 3 more below")


def test_other_containers_are_named_and_not_judged(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_bytes(b"\x47" + bytes(187))
    (tmp_path / "a.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST\n")
    assert faults(tmp_path) == [("not-read", "a.m3u8", "MPEG-TS segments not read")]


@pytest.mark.parametrize(
    "sign", ["#EXT-X-MEDIA-SEQUENCE:7", "#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-PART-INF:PART-TARGET=1"]
)
def test_live_playlists_are_named_and_their_media_not_judged(tmp_path: Path, sign: str) -> None:
    (tmp_path / "a.m3u8").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n{sign}\n#EXTINF:9,\ngone.m4s\n")
    assert [(f.rule, f.fault.found) for f in lint_folder(tmp_path, Profile.RFC)] == [
        ("not-read", "a live playlist: its segments were not read"),
        ("segment-over-target", "EXTINF of 9 s"),
    ]


def test_encrypted_segments_without_their_key_are_weighed_and_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.m4s").write_bytes(bytes(5000))
    key = '#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/k"'
    (tmp_path / "a.m3u8").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n{key}\n#EXTINF:4,\na.m4s\n#EXT-X-ENDLIST\n")
    (stream,) = read_presentation(tmp_path).streams.values()
    (part,) = stream.parts
    assert part.payload is not None
    assert (part.payload.container, part.size_bytes) == (Container.ENCRYPTED, 5000)
    assert stream.average_bps == 10_000
    assert faults(tmp_path) == [
        ("not-read", "a.m3u8", "encrypted segments not read: the key 'https://keys.example/k' is not among the files")
    ]


def test_gaps_are_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "a.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-GAP\n#EXTINF:4,\na.m4s\n#EXT-X-ENDLIST\n"
    )
    assert faults(tmp_path) == []


def test_a_playlist_that_names_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "master.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmaster.m3u8\n")
    assert [finding.rule for finding in lint_folder(tmp_path, Profile.RFC)] == ["codecs-unsaid", "variant-nested"]


def test_a_trun_of_four_billion_samples_is_refused(tmp_path: Path) -> None:
    files = specimen.good_files()
    trun = full_box("trun", 0, 0, struct.pack(">I", 0xFFFFFFFF))
    tfhd = full_box("tfhd", 0, 0, struct.pack(">I", 1))
    files["audio/aac-96/00002.m4s"] = box("moof", box("traf", tfhd, trun)) + box("mdat", bytes(22_972))
    found = faults(specimen.write(files, tmp_path))
    assert [(rule, place) for rule, place, _ in found] == [
        ("boxes-broken", "audio/aac-96/00002.m4s, byte 0, at 7.680 s")
    ]
    assert "4294967295 samples are claimed" in found[0][2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.data())
def test_a_torn_package_gives_findings(tmp_path: Path, data: st.DataObject) -> None:
    files = specimen.good_files()
    name = data.draw(st.sampled_from(sorted(set(files) - {"package.json"})))
    start = data.draw(st.integers(0, len(files[name])))
    end = data.draw(st.integers(start, min(start + 500, len(files[name]))))
    files[name] = files[name][:start] + data.draw(st.binary(max_size=20)) + files[name][end:]
    for profile in Profile:
        lint_folder(specimen.write(files, tmp_path), profile)
