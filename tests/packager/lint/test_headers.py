"""Encrypted rungs are judged like clear ones where their key is among the files."""

from pathlib import Path

import lint_specimen as specimen
import pytest
from lint_locks import IV, KEY, KEY_LINE, lock, locked
from lint_mutations import Mutation, both, drop, edit, rung
from lint_specimen import Files

from packager.inspection import lint_folder, read_presentation

SOFT, LOW = "audio/aac-96", "video/180p"
EMBEDDED = f'#EXT-X-KEY:METHOD=AES-128,URI="data:;base64,AAECAwQFBgcICQoLDA0ODw==",IV=0x{IV.hex()}'


def findings(mutate: Mutation, folder: Path) -> list[tuple[str, str, str]]:
    files = specimen.good_files()
    mutate(files)
    return [(f.rule, str(f.place), f.fault.found) for f in lint_folder(specimen.write(files, folder))]


@pytest.mark.parametrize(
    "mutate",
    [
        locked(SOFT),
        locked(SOFT, is_init_locked=False),
        locked(LOW, "playlist.m3u8", "iframes.m3u8"),
        locked(SOFT, key_line=EMBEDDED),
    ],
)
def test_a_locked_rung_with_its_key_is_clean(tmp_path: Path, mutate: Mutation) -> None:
    assert findings(mutate, tmp_path) == []


def test_a_fault_inside_a_locked_rung_is_found_at_its_clear_offset(tmp_path: Path) -> None:
    mutate = both(rung(specimen.SOFT, tfdt_shifts=(0, 100, 100), empty_edit_ms=5), locked(SOFT))
    assert [(rule, place) for rule, place, _ in findings(mutate, tmp_path)] == [
        ("decode-hole", f"{SOFT}/00001.m4s, byte 0, at 3.840 s"),
        ("edit-empty", f"{SOFT}/init.mp4"),
    ]


def test_without_an_iv_it_is_the_media_sequence_number(tmp_path: Path) -> None:
    def mutate(files: Files) -> None:
        for number in range(3):
            name = f"{SOFT}/{number:05}.m4s"
            files[name] = lock(files[name], iv=(number + 258).to_bytes(16))
        files[f"{SOFT}/song.key"] = KEY
        line = '#EXT-X-MEDIA-SEQUENCE:258\n#EXT-X-KEY:METHOD=AES-128,URI="song.key"'
        edit(f"{SOFT}/playlist.m3u8", "#EXTINF", f"{line}\n#EXTINF")(files)

    assert findings(mutate, tmp_path) == []


def test_each_range_of_a_single_file_is_locked_by_itself(tmp_path: Path) -> None:
    files = specimen.good_files()
    names = [f"{SOFT}/{name}" for name in ("init.mp4", "00000.m4s", "00001.m4s", "00002.m4s")]
    pieces = [lock(files.pop(name)) for name in names]
    init, first, second, third = map(len, pieces)
    text = files[f"{SOFT}/playlist.m3u8"].decode()
    text = text.replace('URI="init.mp4"', f'URI="all.mp4",BYTERANGE="{init}@0"')
    for number, (size, start) in enumerate(((first, init), (second, init + first), (third, init + first + second))):
        text = text.replace(f"{number:05}.m4s", f"#EXT-X-BYTERANGE:{size}@{start}\nall.mp4")
    files |= {f"{SOFT}/all.mp4": b"".join(pieces), f"{SOFT}/song.key": KEY}
    files[f"{SOFT}/playlist.m3u8"] = text.replace("#EXT-X-MAP", f"{KEY_LINE}\n#EXT-X-MAP").encode()
    folder = specimen.write(files, tmp_path)
    assert lint_folder(folder) == ()
    assert len(read_presentation(folder).streams[f"{SOFT}/playlist.m3u8"].tracks) == 1


def test_a_key_that_is_not_there_is_noted_once_and_nothing_else_is_said(tmp_path: Path) -> None:
    assert findings(both(locked(SOFT), drop(f"{SOFT}/song.key")), tmp_path) == [
        (
            "not-read",
            f"{SOFT}/playlist.m3u8",
            "encrypted segments not read: the key 'song.key' is not among the files",
        )
    ]
