"""Packages of files that are encoded already: every coded frame comes out as it went in, where it belongs."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from media_makers import Sound, make_sound, read_number, steady, write_media

import packager.copy
from packager.copy import copy_package
from packager.delivery import Delivery, Encryption
from packager.errors import InputError, UnsupportedError
from packager.inspection import lint_folder
from packager.lint.finding import Profile
from packager.lyrics import LyricsFile
from packager.recut import copy_pictures
from packager.song import Song
from packager.song_file import SongFile
from packager.webvtt import read_webvtt

SECONDS = 12
PICTURES = steady(SECONDS * 25)
CLOSED = "keyint={0}:min-keyint={0}:scenecut=0:open-gop=0"


@pytest.fixture(scope="module")
def sound() -> Sound:
    return make_sound(SECONDS)


@pytest.fixture(scope="module")
def ladder(sound: Sound, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Two video rungs with GOPs of 24 and 48 frames and B-frames in one of them, and two audio rungs."""
    folder = tmp_path_factory.mktemp("ladder")
    large = {"preset": "veryfast", "x264-params": CLOSED.format(24)}
    small = {"x264-params": CLOSED.format(48)}
    return (
        write_media(folder / "large.mp4", pictures=PICTURES, size=(256, 144), options=large),
        write_media(folder / "small.mp4", pictures=PICTURES, options=small),
        write_media(folder / "loud.m4a", sound=sound, sound_codec="aac"),
        write_media(folder / "other.m4a", sound=sound / 2, sound_codec="aac"),
    )


@pytest.fixture(scope="module")
def package(ladder: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("copy") / "package"
    copy_package(ladder, out, said=SongFile("A ladder"))
    return out


def read_rung(rung: Path) -> BytesIO:
    """Init segment and all media segments, one after another."""
    return BytesIO(b"".join(path.read_bytes() for path in [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]))


def read_packets(file: Path | BytesIO, kind: str) -> list[tuple[Fraction, bytes]]:
    """When each coded frame is presented, and its bytes."""
    with av.open(file if isinstance(file, BytesIO) else str(file)) as container:
        (stream,) = container.streams.get({kind: 0})
        return [(p.pts * p.time_base, bytes(p)) for p in container.demux(stream) if p.pts is not None and p.time_base]


def decode_sound(file: Path | BytesIO) -> tuple[Fraction, Sound]:
    """When the first sample is heard, and all samples."""
    with av.open(file if isinstance(file, BytesIO) else str(file)) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].pts is not None
    assert frames[0].time_base is not None
    return frames[0].pts * frames[0].time_base, np.concatenate([frame.to_ndarray() for frame in frames], axis=1).T


def decode_numbers(file: Path | BytesIO) -> list[tuple[Fraction, int]]:
    """When each picture is shown, and the number in it."""
    with av.open(file if isinstance(file, BytesIO) else str(file)) as container:
        return [
            (frame.pts * frame.time_base, read_number(frame))
            for frame in container.decode(video=0)
            if frame.pts is not None and frame.time_base is not None
        ]


@pytest.mark.parametrize(("rung", "source"), [("144p", 0), ("108p", 1)])
def test_every_coded_picture_is_the_same_bytes_at_the_same_time(
    package: Path, ladder: Sequence[Path], rung: str, source: int
) -> None:
    assert read_packets(read_rung(package / "video" / rung), "video") == read_packets(ladder[source], "video")


def test_every_coded_aac_frame_is_the_same_bytes_at_the_same_time(package: Path, ladder: Sequence[Path]) -> None:
    rungs = sorted((package / "audio").iterdir(), key=lambda rung: sum(each.stat().st_size for each in rung.iterdir()))
    sources = sorted(ladder[2:], key=lambda path: path.stat().st_size)
    for rung, source in zip(rungs, sources, strict=True):
        copied = read_packets(read_rung(rung), "audio")
        assert copied == read_packets(source, "audio")[: len(copied)]
        assert copied[-1][0] + Fraction(1024, 48_000) >= SECONDS


def test_sample_0_stands_beside_frame_0(package: Path, ladder: Sequence[Path]) -> None:
    rung = next((package / "audio").iterdir())
    assert decode_sound(read_rung(rung))[0] == 0
    assert decode_numbers(read_rung(package / "video" / "144p"))[0] == (0, 0)


def test_segments_start_at_shared_idrs_near_every_4_s(package: Path) -> None:
    grid = json.loads((package / "package.json").read_text())["grid"]
    assert grid["video_boundaries_frames"] == [0, 96, 192, 288, 300]
    assert grid["audio_boundaries_aac_frames"] == [0, 180, 360, 540, 563]


def test_iframe_playlists_list_every_idr_by_a_range_that_decodes_alone(package: Path) -> None:
    rung = package / "video" / "144p"
    lines = (rung / "iframes.m3u8").read_text().splitlines()
    ranges = [line.partition(":")[2] for line in lines if line.startswith("#EXT-X-BYTERANGE")]
    names = [line for line in lines if line.endswith(".m4s")]
    assert len(ranges) == 13  # 300 frames, an IDR every 24
    init, shown = (rung / "init.mp4").read_bytes(), []
    for range_, name in zip(ranges, names, strict=True):
        size, start = map(int, range_.split("@"))
        shown += decode_numbers(BytesIO(init + (rung / name).read_bytes()[start : start + size]))
    assert shown == [(Fraction(number, 25), number) for number in range(0, 300, 24)]


def test_it_lints_clean_but_for_what_decoding_would_tell(package: Path) -> None:
    assert {finding.rule for finding in lint_folder(package, Profile.MOBILE)} <= {"loudness-missing"}


def test_the_index_names_sources_and_all_files(package: Path, ladder: Sequence[Path]) -> None:
    index = json.loads((package / "package.json").read_text())
    there = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    assert {stored["path"] for stored in index["files"]} == there - {"package.json"}
    assert [source["name"] for source in index["sources"]] == [path.name for path in ladder]
    assert [rung["source"] for rung in index["video_rungs"]] == ["large.mp4", "small.mp4"]


# Matroska has whole milliseconds only: 24 samples either way.
@pytest.mark.parametrize(("container", "slack_samples"), [("ts", 0), ("mkv", 24)])
def test_one_file_of_another_container_keeps_its_av_offset(
    container: str, slack_samples: int, sound: Sound, tmp_path: Path
) -> None:
    options = {"preset": "veryfast", "x264-params": CLOSED.format(48)}
    both = write_media(
        tmp_path / f"both.{container}", sound=sound, sound_codec="aac", pictures=PICTURES, options=options
    )
    copy_package([both], tmp_path / "package")
    (rung,) = (tmp_path / "package/audio").iterdir()
    (picture,) = (tmp_path / "package/video").iterdir()
    shown, source = decode_numbers(read_rung(picture)), decode_numbers(both)
    assert [number for _, number in shown] == list(range(300))
    assert [time for time, _ in shown] == PICTURES
    start, heard = decode_sound(read_rung(rung))
    source_start, source_heard = decode_sound(both)
    early = round((source[0][0] - source_start) * 48_000)
    assert start == 0
    shifts = range(early - slack_samples, early + slack_samples + 1)
    wanted = heard[4096:500_000]
    assert any(np.array_equal(source_heard[4096 + shift :][: len(wanted)], wanted) for shift in shifts)


def test_sound_that_several_files_share_is_taken_once(sound: Sound, tmp_path: Path) -> None:
    options = {"x264-params": CLOSED.format(48)}
    files = [
        write_media(
            tmp_path / f"{height}.mp4", sound=sound, sound_codec="aac", pictures=PICTURES, size=(192, height),
            options=options,
        )
        for height in (144, 108)
    ]  # fmt: skip
    index = copy_package(files, tmp_path / "package")
    assert [rung.source for rung in index.audio_rungs] == ["144.mp4"]
    assert [rung.name for rung in index.video_rungs] == ["144p", "108p"]


def test_the_song_alone(ladder: Sequence[Path], tmp_path: Path) -> None:
    index = copy_package(ladder[2:], tmp_path / "package")
    assert index.video_rungs == ()
    assert index.grid.audio_boundaries_aac_frames == (0, 188, 376, 563)
    assert [str(each) for each in lint_folder(tmp_path / "package", Profile.RFC)] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x264-params": CLOSED.format(100)},
         ("bad.mp4: no IDR at 3.840 s (frame 96), where large.mp4 has: encode it again with -force_key_frames "
         "'expr:gte(t,n_forced*4)', or leave the work to `midnote package`")),
        ({"preset": "veryfast", "x264-params": "keyint=96:min-keyint=96:scenecut=0:open-gop=1"},
         ("bad.mp4: a recovery point of an open GOP, not an IDR, at 3.840 s (frame 96), where large.mp4 has: encode it "
         "again with closed GOPs (x264: open-gop=0), or leave the work to `midnote package`")),
    ],
)  # fmt: skip
def test_a_misfit_leaves_nothing_behind(
    ladder: Sequence[Path], options: dict[str, str], message: str, tmp_path: Path
) -> None:
    large = write_media(tmp_path / "large.mp4", pictures=PICTURES, options={"x264-params": CLOSED.format(96)})
    bad = write_media(tmp_path / "bad.mp4", pictures=PICTURES, options=options)
    with pytest.raises(UnsupportedError) as caught:
        copy_package([large, bad, *ladder[2:]], tmp_path / "out" / "package")
    assert str(caught.value) == message
    assert not (tmp_path / "out").exists()


def test_a_rung_that_fails_leaves_nothing_behind_though_another_is_being_written(
    ladder: Sequence[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise InputError("song.m4a: the disk is gone")

    def copy_slowly(*arguments: object) -> object:
        time.sleep(0.3)
        return copy_pictures(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(packager.copy, "copy_sound", fail)
    monkeypatch.setattr(packager.copy, "copy_pictures", copy_slowly)
    with pytest.raises(InputError, match=r"the disk is gone"):
        copy_package([ladder[0], ladder[2], ladder[3]], tmp_path / "out" / "package")
    assert not (tmp_path / "out").exists()


def test_a_frame_rate_that_varies_is_named(sound: Sound, tmp_path: Path) -> None:
    times = [Fraction(number, 25) for number in range(300) if not 100 <= number < 104]
    uneven = write_media(tmp_path / "uneven.mp4", sound=sound, sound_codec="aac", pictures=times)
    with pytest.raises(UnsupportedError, match=r"^uneven.mp4: at \d+\.\d+ s \(frame \d+\) it has not one frame every"):
        copy_package([uneven], tmp_path / "package")


def test_sound_with_a_hole_is_named(sound: Sound, tmp_path: Path) -> None:
    whole = write_media(tmp_path / "whole.mka", sound=sound, sound_codec="aac")
    holed = tmp_path / "holed.mka"
    with av.open(str(whole)) as source, av.open(str(holed), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for number, packet in enumerate(source.demux(source.streams.audio[0])):
            if packet.size and not 100 <= number < 110:
                packet.stream = stream
                target.mux(packet)
    with pytest.raises(
        UnsupportedError, match=r"^holed.mka: its sound has a hole or an overlap at 2\.\d+ s \(AAC frame 100\)"
    ):
        copy_package([holed], tmp_path / "package")


def test_other_codecs_are_named(sound: Sound, tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.mka", sound=sound, sound_codec="ac3")
    with pytest.raises(UnsupportedError, match=r"^song.mka: its sound is ac3, and AAC, FLAC and Opus are what can be"):
        copy_package([song], tmp_path / "package")


def test_pictures_without_sound_are_named(ladder: Sequence[Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^none of the files has sound, and a package needs a song"):
        copy_package(ladder[:2], tmp_path / "package")


def test_a_file_cut_short_is_named(ladder: Sequence[Path], tmp_path: Path) -> None:
    with (
        av.open(str(ladder[2])) as source,
        av.open(str(tmp_path / "fast.m4a"), "w", options={"movflags": "faststart"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    content = (tmp_path / "fast.m4a").read_bytes()
    (tmp_path / "short.m4a").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"^short.m4a: (is damaged at|its audio ends after|cannot be read beyond) "):
        copy_package([tmp_path / "short.m4a"], tmp_path / "package")


def test_segments_of_sound_follow_one_another_without_a_gap(package: Path) -> None:
    (rung, *_) = (package / "audio").iterdir()
    times = [time for time, _ in read_packets(read_rung(rung), "audio")]
    assert {after - before for before, after in pairwise(times)} == {Fraction(1024, 48_000)}


def test_colours_that_the_source_does_not_say_are_assumed_as_players_do(package: Path) -> None:
    init = (package / "video/144p/init.mp4").read_bytes()
    at = init.index(b"nclx")
    assert [int.from_bytes(init[at + 4 + 2 * n : at + 6 + 2 * n]) for n in range(3)] == [6, 6, 6]


def test_copying_starts_without_what_it_does_not_need() -> None:
    # NumPy alone takes longer to import than a song takes to copy.
    code = "import sys, packager.copy; print(*sorted({'numpy', 'rich', 'jinja2'} & {*sys.modules}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


LRC = "[00:01.00]Eins\n[00:05.50]Zwei\n"


def test_what_is_said_of_a_song_and_its_words_come_along(ladder: tuple[Path, ...], tmp_path: Path) -> None:
    (tmp_path / "lied.lrc").write_text(LRC)
    said = SongFile("Lied", Song(artist="Sängerin"), (LyricsFile(tmp_path / "lied.lrc", "de"),))
    index = copy_package(ladder, tmp_path / "package", said=said)
    assert index.song.artist == "Sängerin"
    assert [(each.language, each.cue_count) for each in index.lyrics] == [("de", 2)]
    master = (tmp_path / "package/master.m3u8").read_text()
    assert '#EXT-X-SESSION-DATA:DATA-ID="org.midnote.artist",VALUE="Sängerin"' in master
    (words,) = index.lyrics
    assert f"<BaseURL>{words.file}</BaseURL>" in (tmp_path / "package/manifest.mpd").read_text()
    whole = (tmp_path / "package" / words.file).read_text()
    assert [cue.text for cue in read_webvtt(words.file, whole).cues] == ["Eins", "Zwei"]
    assert 'URI="text/de/playlist.m3u8"' in master
    assert "00:00:05.500 --> " in (tmp_path / "package/text/de/00001.vtt").read_text()
    assert lint_folder(tmp_path / "package", Profile.RFC) == ()


def test_single_files_hold_what_the_folders_hold(package: Path, ladder: tuple[Path, ...], tmp_path: Path) -> None:
    index = copy_package(ladder, tmp_path / "one", delivery=Delivery(is_single_file=True))
    assert index.delivery.is_single_file
    assert lint_folder(tmp_path / "one", Profile.RFC) == lint_folder(package, Profile.RFC)
    for rung in (*index.video_rungs, *index.audio_rungs):
        folder = Path(rung.playlist).parent
        kind = "video" if folder.parent.name == "video" else "audio"
        in_folder = read_packets(read_rung(next(package.glob(f"{folder}"))), kind)
        assert read_packets(tmp_path / "one" / folder / "media.mp4", kind) == in_folder


def test_segments_are_encrypted_and_the_key_is_there(ladder: tuple[Path, ...], tmp_path: Path) -> None:
    long = {"preset": "veryfast", "x264-params": CLOSED.format(96)}
    film = write_media(tmp_path / "film.mp4", pictures=PICTURES, options=long)
    out = tmp_path / "package"
    index = copy_package([film, *ladder[2:]], out, delivery=Delivery(encryption=Encryption(bytes(range(16)))))
    assert (out / "key.bin").read_bytes() == bytes(range(16))
    assert not (out / "manifest.mpd").exists()
    for rung in (*index.video_rungs, *index.audio_rungs):
        assert '#EXT-X-KEY:METHOD=AES-128,URI="../../key.bin"' in (out / rung.playlist).read_text()
    assert lint_folder(out, Profile.RFC) == ()


def test_several_idrs_in_a_segment_are_not_encrypted(ladder: tuple[Path, ...], tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match=r"large\.mp4: 13 IDRs for 4 segments, expected one in each where"):
        copy_package(ladder, tmp_path / "package", delivery=Delivery(encryption=Encryption(bytes(16))))
    assert not (tmp_path / "package").exists()
