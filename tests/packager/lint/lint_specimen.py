"""A small package without a fault, made of boxes by hand; each test breaks one thing in it.

Two pictures (25 frames/s, 12800 ticks/s) and two sounds (AAC, 48 kHz, one frame of priming), 9.6 s in three segments of
3.84, 3.84 and 1.92 s. Every file is padded to a round size, so that rates are exact: see `RATES_BPS`.
"""

import struct
from dataclasses import dataclass, replace
from pathlib import Path

from packager.boxes import box, full_box

FRAMES = (96, 96, 48)
AAC_FRAMES = (180, 180, 90)
RATES_BPS = {"video/180p": 200_000, "video/360p": 400_000, "audio/aac-96": 96_000, "audio/aac-192": 192_000}
HEADER_BYTES = 100  # before the samples of a segment, of 10 bytes each
IFRAME_BYTES = 19_200  # in 3.84 s: 40,000 bit/s; the last one, half as large, in 1.92 s

Files = dict[str, bytes]


@dataclass(frozen=True)
class Lane:
    """One rung and what may be wrong with it."""

    folder: str
    is_video: bool
    counts: tuple[int, ...]
    tfdt_shifts: tuple[int, ...] = (0, 0, 0)
    sync_first: tuple[bool, ...] = (True, True, True)
    empty_edit_ms: int = 0
    sizes_bytes: tuple[int, ...] | None = None
    lufs: float | None = -14.0

    @property
    def timescale(self) -> int:
        return 12_800 if self.is_video else 48_000

    @property
    def frame_ticks(self) -> int:
        return 512 if self.is_video else 1024

    @property
    def sizes(self) -> tuple[int, ...]:
        """Bytes of each segment file: the rate times the duration."""
        rate = RATES_BPS[self.folder]
        return self.sizes_bytes or tuple(rate * n * self.frame_ticks // self.timescale // 8 for n in self.counts)


LOW, HIGH = Lane("video/180p", True, FRAMES), Lane("video/360p", True, FRAMES)
SOFT, FINE = Lane("audio/aac-96", False, AAC_FRAMES), Lane("audio/aac-192", False, AAC_FRAMES)


def good_files() -> Files:
    """The whole package, by file name."""
    files = {"package.json": PACKAGE.encode(), "master.m3u8": MASTER.encode(), "tv.m3u8": TV.encode()}
    for lane in (LOW, HIGH, SOFT, FINE):
        files |= lane_files(lane)
    files["video/180p/iframes.m3u8"] = IFRAMES.encode()
    return files


def lane_files(lane: Lane) -> Files:
    """Init segment, segments and playlist of one rung."""
    files = {f"{lane.folder}/init.mp4": init_segment(lane), f"{lane.folder}/playlist.m3u8": playlist(lane).encode()}
    for number in range(3):
        files[f"{lane.folder}/{number:05}.m4s"] = media_segment(lane, number)
    return files


def playlist(lane: Lane) -> str:
    entries = (f"#EXTINF:{n * lane.frame_ticks / lane.timescale:.6f},\n{i:05}.m4s" for i, n in enumerate(lane.counts))
    return "\n".join((HEAD, '#EXT-X-MAP:URI="init.mp4"', *entries, "#EXT-X-ENDLIST", ""))


def write(files: Files, folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def init_segment(lane: Lane) -> bytes:
    width, height = (640, 360) if lane.folder == "video/360p" else (320, 180)
    mvhd = full_box("mvhd", 0, 0, struct.pack(">IIII", 0, 0, 1000, 0), bytes(80))
    picture = struct.pack(">II", width << 16, height << 16) if lane.is_video else bytes(8)
    tkhd = full_box("tkhd", 0, 7, struct.pack(">IIIII", 0, 0, 1, 0, 0), bytes(52), picture)
    mdhd = full_box("mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, lane.timescale, 0, 0x55C4, 0))
    hdlr = full_box("hdlr", 0, 0, struct.pack(">I4s", 0, b"vide" if lane.is_video else b"soun"), bytes(13))
    entry = avc1(width, height) if lane.is_video else mp4a()
    tables = (full_box("stts", 0, 0, bytes(4)), full_box("stsz", 0, 0, bytes(8)), full_box("stco", 0, 0, bytes(4)))
    stbl = box("stbl", full_box("stsd", 0, 0, struct.pack(">I", 1), entry), *tables)
    mdia = box("mdia", mdhd, hdlr, box("minf", stbl))
    loudness = b"" if lane.is_video or lane.lufs is None else box("udta", ludt(lane.lufs))
    trak = box("trak", tkhd, edit_list(lane), mdia, loudness)
    trex = full_box("trex", 0, 0, struct.pack(">IIIII", 1, 1, lane.frame_ticks, 10, 0x01010000 if lane.is_video else 0))
    return box("ftyp", b"iso6\0\0\0\0iso6") + box("moov", mvhd, trak, box("mvex", trex))


def edit_list(lane: Lane) -> bytes:
    empty = [struct.pack(">IiI", lane.empty_edit_ms, -1, 0x10000)] if lane.empty_edit_ms else []
    skip = struct.pack(">IiI", 0, 0 if lane.is_video else 1024, 0x10000)
    return box("edts", full_box("elst", 0, 0, struct.pack(">I", len(empty) + 1), *empty, skip))


def ludt(lufs: float) -> bytes:
    """Programme loudness in steps of 0.25 LU from -57.75, and nothing else."""
    measurement = bytes((1, round(4 * (lufs + 57.75)), 0x13))
    return box("ludt", full_box("tlou", 0, 0, bytes(6), bytes((1,)), measurement))


def avc1(width: int, height: int) -> bytes:
    """High profile, level 1.3, in the colours of BT.709."""
    avcc = box("avcC", bytes([1, 0x64, 0x00, 0x0D, 0xFF]))
    colr = box("colr", b"nclx", struct.pack(">HHHB", 1, 1, 1, 0))
    pasp = box("pasp", struct.pack(">II", 1, 1))
    return box("avc1", bytes(24), struct.pack(">HH", width, height), bytes(50), avcc, colr, pasp)


def mp4a() -> bytes:
    """AAC-LC, 48 kHz, stereo: AudioSpecificConfig 0x1190."""
    config = bytes([5, 2, 0x11, 0x90])
    decoder = bytes([4, 13 + len(config), 0x40]) + bytes(12) + config
    esds = full_box("esds", 0, 0, bytes([3, 3 + len(decoder), 0, 1, 0]), decoder)
    return box("mp4a", bytes(16), struct.pack(">HHHHI", 2, 16, 0, 0, 48_000 << 16), esds)


def media_segment(lane: Lane, number: int) -> bytes:
    priming = 0 if lane.is_video else 1
    count = lane.counts[number] + (priming if number == 0 else 0)
    decode = (sum(lane.counts[:number]) + (priming if number else 0)) * lane.frame_ticks + lane.tfdt_shifts[number]
    first_flags = 0x02000000 if lane.sync_first[number] else 0x01010000
    tfhd = full_box("tfhd", 0, 0x020000, struct.pack(">I", 1))
    tfdt = full_box("tfdt", 1, 0, struct.pack(">Q", decode))
    trun = full_box("trun", 0, 0x000005, struct.pack(">III", count, HEADER_BYTES, first_flags))
    moof = box("moof", full_box("mfhd", 0, 0, struct.pack(">I", number + 1)), box("traf", tfhd, tfdt, trun))
    assert len(moof) + 8 == HEADER_BYTES
    return moof + box("mdat", bytes(lane.sizes[number] - len(moof) - 8))


def changed(lane: Lane, **changes: object) -> Files:
    """The files of a rung that differs in these fields."""
    return lane_files(replace(lane, **changes))  # type: ignore[arg-type]


PACKAGE = '{"loudness": {"integrated_lufs": -14.1}}'

HEAD = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS"""

_SOUNDS = """#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-96",NAME="Song",LANGUAGE="und",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",\
URI="audio/aac-96/playlist.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-192",NAME="Song",LANGUAGE="und",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",\
URI="audio/aac-192/playlist.m3u8"
"""
_PICTURES = """#EXT-X-STREAM-INF:BANDWIDTH=296000,AVERAGE-BANDWIDTH=296000,CODECS="avc1.64000D,mp4a.40.2",\
RESOLUTION=320x180,FRAME-RATE=25.000,AUDIO="aac-96"
video/180p/playlist.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=592000,AVERAGE-BANDWIDTH=592000,CODECS="avc1.64000D,mp4a.40.2",\
RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="aac-192"
video/360p/playlist.m3u8
"""
SONG = """#EXT-X-STREAM-INF:BANDWIDTH=96000,AVERAGE-BANDWIDTH=96000,CODECS="mp4a.40.2",AUDIO="aac-96"
audio/aac-96/playlist.m3u8
"""
TRICK = """#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=40000,AVERAGE-BANDWIDTH=40000,CODECS="avc1.64000D",RESOLUTION=320x180,\
URI="video/180p/iframes.m3u8"
"""
MASTER = _SOUNDS + _PICTURES + SONG + TRICK
TV = _SOUNDS + _PICTURES + TRICK
IFRAMES = f"""#EXTM3U
#EXT-X-VERSION:5
#EXT-X-TARGETDURATION:4
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-I-FRAMES-ONLY
#EXT-X-MAP:URI="init.mp4"
#EXTINF:3.840000,
#EXT-X-BYTERANGE:{IFRAME_BYTES}@0
00000.m4s
#EXTINF:3.840000,
#EXT-X-BYTERANGE:{IFRAME_BYTES}@0
00001.m4s
#EXTINF:1.920000,
#EXT-X-BYTERANGE:{IFRAME_BYTES // 2}@0
00002.m4s
#EXT-X-ENDLIST
"""


def join_iframe_files(files: Files) -> None:
    """Let the I-frames be in one file with their init segment, and the range of the first take that along."""
    parts = [files[f"video/180p/{name}"] for name in ("init.mp4", "00000.m4s", "00001.m4s", "00002.m4s")]
    init, first, second, _ = map(len, parts)
    text = IFRAMES.replace('"init.mp4"', f'"all.mp4",BYTERANGE="{init}@0"')
    text = text.replace("@0\n00001", f"@{init + first}\n00001").replace("@0\n00002", f"@{init + first + second}\n00002")
    for number in range(3):
        text = text.replace(f"{number:05}.m4s", "all.mp4")
    files |= {"video/180p/all.mp4": b"".join(parts), "video/180p/iframes.m3u8": text.encode()}
