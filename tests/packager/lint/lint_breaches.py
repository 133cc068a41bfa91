"""Breaches of the rules about the ladder, sound and words, sharing, encryption and the construction of boxes."""

import struct

import lint_specimen as specimen
from lint_locks import locked
from lint_mutations import FINE, HIGH, IFRAMES, LOW, SOFT, Case, Mutation, both, drop, edit, rung, sound, swap
from lint_specimen import Files

from packager.boxes import box, find_box, full_box, read_boxes
from packager.lint.finding import Profile

LOW_INIT, HIGH_INIT = "video/180p/init.mp4", "video/360p/init.mp4"
SOFT_INIT, FINE_INIT = "audio/aac-96/init.mp4", "audio/aac-192/init.mp4"
SOFT_LAST = "audio/aac-96/00002.m4s"
MASTER, TV = "master.m3u8", "tv.m3u8"
SDR, PQ = (b"nclx" + struct.pack(">HHHB", 1, transfer, 1, 0) for transfer in (1, 16))
STEREO, SURROUND, HE_STEREO = b"\x11\x90", b"\x11\xb0", b"\x29\x90"
HIGH_13, HIGH_52, HIGH_60 = (bytes([1, 0x64, 0, level]) for level in (13, 52, 60))
SAMPLE_AES = '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="../../k"'
OTHER_IV = edit(SOFT, "IV=0x6465666768", "IV=0x64656667ff")
CUES = "00:00.000 --> 00:01.000\nla\n\n00:05.000 --> 00:06.000\nla\n"
NOON = "2026-01-01T12:00:00.000Z"
TFHD = full_box("tfhd", 0, 0x020000, struct.pack(">I", 1))


def in_both(old: str, new: str, count: int = 1) -> Mutation:
    return both(edit(MASTER, old, new, count), edit(TV, old, new, count))


def before_first(file: str, *lines: str) -> Mutation:
    """Lines before the first segment of a media playlist, or the first rendition of a multivariant one."""
    mark = "#EXT-X-MEDIA" if file in {MASTER, TV} else "#EXTINF"
    return edit(file, mark, "\n".join((*lines, mark)))


def without_variant(file: str, uri: str) -> Mutation:
    def mutate(files: Files) -> None:
        lines = files[file].decode().splitlines(keepends=True)
        at = lines.index(f"{uri}\n")
        files[file] = "".join(lines[: at - 1] + lines[at + 1 :]).encode()

    return mutate


def put_file(file: str, content: str) -> Mutation:
    return lambda files: files.update({file: content.encode()})


def copy(old: str, new: str) -> Mutation:
    """The files below one folder again below another, or one file under another name."""
    return lambda files: files.update({n.replace(old, new, 1): c for n, c in files.items() if n.startswith(old)})


def words(segment: str, duration: str) -> Mutation:
    """Subtitles in one file."""
    target = round(float(duration))
    entries = f"#EXT-X-TARGETDURATION:{target}\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:{duration},\n0.vtt\n#EXT-X-ENDLIST\n"
    rendition = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",URI="text/p.m3u8"'
    return both(
        put_file("text/0.vtt", segment),
        put_file("text/p.m3u8", f"#EXTM3U\n#EXT-X-VERSION:3\n{entries}"),
        before_first(MASTER, rendition),
    )


def dated(**dates: str) -> Mutation:
    files = {"low": LOW, "high": HIGH, "soft": SOFT, "fine": FINE}
    return both(*(before_first(files[name], f"#EXT-X-PROGRAM-DATE-TIME:{date}") for name, date in dates.items()))


def refit(file: str, old: bytes, new: bytes) -> Mutation:
    """Other boxes in the traf of a segment, whose file keeps its size."""

    def mutate(files: Files) -> None:
        end = int.from_bytes(files[file][:4])
        moof = files[file][8:end]
        assert old in moof, f"{file} has no {old!r} in its moof"
        traf = moof.index(b"traf") - 4
        head = box("moof", moof[:traf], box("traf", moof[traf + 8 :].replace(old, new, 1)))
        files[file] = head + box("mdat", bytes(len(files[file]) - len(head) - 8))

    return mutate


def trun(count: int) -> bytes:
    return full_box("trun", 0, 5, struct.pack(">III", count, specimen.HEADER_BYTES, 0x02000000))


def late_key(count: int) -> bytes:
    """A run whose first two samples are shown the other way round."""
    offsets = struct.pack(f">{count}i", 512, -512, *[0] * (count - 2))
    return full_box("trun", 1, 0x805, struct.pack(">III", count, specimen.HEADER_BYTES, 0x02000000), offsets)


def wrapped(count: int) -> bytes:
    """A run of version 0 whose third sample is shown before the second: its offset of -512 has no sign."""
    offsets = struct.pack(f">{count}I", 0, 512, (1 << 32) - 512, *[0] * (count - 3))
    return full_box("trun", 0, 0x805, struct.pack(">III", count, specimen.HEADER_BYTES, 0x02000000), offsets)


def early(count: int) -> bytes:
    """The same in version 1, which has signs."""
    offsets = struct.pack(f">{count}i", 0, 512, -512, *[0] * (count - 3))
    return full_box("trun", 1, 0x805, struct.pack(">III", count, specimen.HEADER_BYTES, 0x02000000), offsets)


def late_pictures(folder: str) -> tuple[Mutation, ...]:
    """A picture shown two frames late, and an edit list that skips as much."""
    edits = (b"elst" + struct.pack(">IIIiI", 0, 1, 0, skip, 0x10000) for skip in (0, 1024))
    counts = enumerate(specimen.FRAMES)
    later = (refit(f"{folder}/{number:05}.m4s", trun(count), delayed(count)) for number, count in counts)
    return swap(f"{folder}/init.mp4", *edits), *later


def delayed(count: int) -> bytes:
    offsets = struct.pack(f">{count}I", *[1024] * count)
    return full_box("trun", 0, 0x805, struct.pack(">III", count, specimen.HEADER_BYTES, 0x02000000), offsets)


def clear_head(count: int, clear: int) -> bytes:
    """Sample groups that say: the first samples are clear, and of the others decides the track."""
    description = bytes([0, 0, 0, 0]) + bytes(16)
    sgpd = full_box("sgpd", 1, 0, b"seig", struct.pack(">II", len(description), 1), description)
    rows = struct.pack(">IIII", clear, 0x10001, count - clear, 0)
    return sgpd + full_box("sbgp", 0, 0, b"seig", struct.pack(">I", 2), rows)


def elsewhere(file: str, flags: int = 0) -> Mutation:
    """A data reference in front of the sample tables; flag 1 means the same file."""
    dinf = box("dinf", full_box("dref", 0, 0, struct.pack(">I", 1), full_box("url ", 0, flags, b"other.mp4\0")))

    def mutate(files: Files) -> None:
        content = files[file]
        for kind in (b"moov", b"trak", b"mdia", b"minf"):
            at = content.index(kind) - 4
            size = int.from_bytes(content[at : at + 4]) + len(dinf)
            content = content[:at] + size.to_bytes(4) + content[at + 4 :]
        at = content.index(b"stbl") - 4
        files[file] = content[:at] + dinf + content[at:]

    return mutate


def faster(files: Files) -> None:
    """Segments half as long, with a key frame every 1.92 s; the package is a stranger's, of target duration 6 s."""
    for lane in (specimen.LOW, specimen.HIGH, specimen.SOFT, specimen.FINE):
        files |= specimen.changed(lane, counts=tuple(count // 2 for count in lane.counts))
        edit(f"{lane.folder}/playlist.m3u8", "DURATION:4", "DURATION:6")(files)
    text = specimen.IFRAMES.replace("1.920000", "0.960000").replace("3.840000", "1.920000")
    files[IFRAMES] = text.replace("9600@", "4800@").replace("19200@", "9600@").encode()
    del files["package.json"], files[TV]


def encrypted(scheme: bytes, pattern: int) -> Mutation:
    """The video of 180p as an encrypted track."""
    tenc = full_box("tenc", 1, 0, bytes([0, pattern, 1, 8]), bytes(16))
    sinf = box("sinf", box("frma", b"avc1"), full_box("schm", 0, 0, scheme, bytes(4)), box("schi", tenc))

    def mutate(files: Files) -> None:
        old = specimen.avc1(320, 180)
        content = files[LOW_INIT].replace(old, box("encv", old[8:], sinf))
        for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
            at = content.index(kind) - 4
            size = int.from_bytes(content[at : at + 4]) + len(sinf)
            content = content[:at] + size.to_bytes(4) + content[at + 4 :]
        files[LOW_INIT] = content

    return mutate


def extends_first(files: Files) -> None:
    """mvex before the trak of 180p."""
    content = files[LOW_INIT]
    boxes = read_boxes(content)
    trak, mvex = find_box(boxes, "moov", "trak"), find_box(boxes, "moov", "mvex")
    assert trak
    assert mvex
    files[LOW_INIT] = (
        content[: trak.start] + content[mvex.start : mvex.end] + content[trak.start : trak.end] + content[mvex.end :]
    )


def add_track(files: Files) -> None:
    """The sound of aac-96 as a second track in the init segment of 360p."""
    audio, picture = files[SOFT_INIT], files[HIGH_INIT]
    trak, trex = (find_box(read_boxes(audio), "moov", *path) for path in (("trak",), ("mvex", "trex")))
    moov, mvex = (find_box(read_boxes(picture), "moov", *path) for path in ((), ("mvex",)))
    assert trak
    assert trex
    assert moov
    assert mvex
    second = audio[trak.start : trak.end].replace(struct.pack(">IIII", 7, 0, 0, 1), struct.pack(">IIII", 7, 0, 0, 2))
    defaults = full_box("trex", 0, 0, struct.pack(">I", 2), trex.payload(audio)[8:])
    extends = box("mvex", mvex.payload(picture), defaults)
    files[HIGH_INIT] = picture[: moov.start] + box("moov", picture[moov.body : mvex.start], second, extends)


MAPPED = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n"
SESSION_KEY = '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="k"'
PLAYLISTS = (LOW, HIGH, SOFT, FINE)

# What a package may also have: each row shows the good side of rules that the specimen alone gives nothing to judge.
VARIATIONS = {
    "words": words(MAPPED + CUES, "9.6"),
    "dates": dated(low=NOON, high=NOON, soft=NOON, fine=NOON),
    "dateranges": both(
        dated(low=NOON, high=NOON, soft=NOON, fine=NOON),
        before_first(SOFT, f'#EXT-X-DATERANGE:ID="verse",START-DATE="{NOON}"'),
    ),
    "scores": both(
        edit(MASTER, "BANDWIDTH=296000,AVER", "SCORE=2,BANDWIDTH=296000,AVER"),
        edit(MASTER, "BANDWIDTH=592000,AVER", "SCORE=3,BANDWIDTH=592000,AVER"),
        edit(MASTER, "BANDWIDTH=96000,AVER", "SCORE=1,BANDWIDTH=96000,AVER"),
    ),
    "steering": before_first(MASTER, '#EXT-X-CONTENT-STEERING:SERVER-URI="s",PATHWAY-ID="."'),
    "bitrates": before_first(LOW, "#EXT-X-BITRATE:200"),
    "discontinuities": both(
        *(edit(file, "#EXTINF:1.92", "#EXT-X-DISCONTINUITY\n#EXTINF:1.92") for file in (*PLAYLISTS, IFRAMES))
    ),
    "a marked change of channels": both(
        copy(SOFT_INIT, "audio/aac-96/other.mp4"),
        swap("audio/aac-96/other.mp4", STEREO, SURROUND),
        edit(SOFT, "#EXTINF:1.92", '#EXT-X-MAP:URI="other.mp4"\n#EXTINF:1.92'),
        *(edit(file, "#EXTINF:1.92", "#EXT-X-DISCONTINUITY\n#EXTINF:1.92") for file in (*PLAYLISTS, IFRAMES)),
    ),
    "samples encrypted": both(
        encrypted(b"cbcs", 0x19),
        before_first(LOW, SAMPLE_AES),
        before_first(IFRAMES, SAMPLE_AES),
        before_first(MASTER, SESSION_KEY),
    ),
    "files encrypted": both(*(locked(file.rpartition("/")[0]) for file in (HIGH, SOFT))),
    "high dynamic range": both(
        swap(LOW_INIT, SDR, PQ),
        swap(HIGH_INIT, SDR, PQ),
        in_both("FRAME-RATE=25.000,", "FRAME-RATE=25.000,VIDEO-RANGE=PQ,", 2),
        in_both("#EXT-X-I-FRAME-STREAM-INF:", "#EXT-X-I-FRAME-STREAM-INF:VIDEO-RANGE=PQ,"),
    ),
    "CMAF": swap(LOW_INIT, bytes(4) + b"iso6", bytes(4) + b"cmfc"),
    "CMAF with negative offsets": both(
        swap(LOW_INIT, bytes(4) + b"iso6", bytes(4) + b"cmf2"),
        refit("video/180p/00001.m4s", trun(96), early(96)),
    ),
    "a delay that an edit list skips": both(*late_pictures("video/180p")),
    "data in the same file": elsewhere(SOFT_INIT, flags=1),
}

BREACHES = (
    # The ladder
    Case("video-range-missing", swap(LOW_INIT, SDR, PQ), f"{MASTER}:7", "no VIDEO-RANGE"),
    Case("video-range-wrong", in_both("FRAME-RATE=25.000,", "FRAME-RATE=25.000,VIDEO-RANGE=HLG,"), f"{MASTER}:5",
         "VIDEO-RANGE=HLG", Profile.RFC),
    Case("score-partial", edit(MASTER, "BANDWIDTH=592000,AVER", "SCORE=2.0,BANDWIDTH=592000,AVER"), f"{MASTER}:5",
         "2 variants without SCORE"),
    Case("score-odd",
         both(edit(MASTER, "BANDWIDTH=296000,AVER", "SCORE=3,BANDWIDTH=296000,AVER"),
              edit(MASTER, "BANDWIDTH=592000,AVER", "SCORE=2,BANDWIDTH=592000,AVER"),
              edit(MASTER, "BANDWIDTH=96000,AVER", "SCORE=1,BANDWIDTH=96000,AVER")),
         f"{MASTER}:7", "SCORE=2"),
    Case("video-one-rate", without_variant(TV, LOW), f"{TV}:5", "one video bit rate, of 360 lines"),
    Case("first-variant",
         both(rung(specimen.HIGH, sizes_bytes=(258_240, 258_240, 129_120)),
              in_both("BANDWIDTH=592000,AVERAGE-BANDWIDTH=592000", "BANDWIDTH=730000,AVERAGE-BANDWIDTH=730000")),
         f"{MASTER}:5", "the first video variant has BANDWIDTH=296000"),
    Case("cellular-heavy", without_variant(MASTER, SOFT), f"{MASTER}:5", "at least 296,000 bit/s"),
    Case("aspect-differs resolution-wrong", edit(TV, "RESOLUTION=320x180", "RESOLUTION=320x184"), f"{TV}:5",
         "RESOLUTION=320x184"),
    Case("frame-rate-high frame-rate-wrong", edit(TV, "FRAME-RATE=25.000", "FRAME-RATE=100.000"), f"{TV}:5",
         "FRAME-RATE=100.000"),
    Case("h264-level",
         both(swap(HIGH_INIT, HIGH_13, HIGH_60), in_both('592000,CODECS="avc1.64000D', '592000,CODECS="avc1.64003C')),
         f"{MASTER}:7", "avc1.64003C"),
    Case("h264-level",
         both(swap(HIGH_INIT, HIGH_13, HIGH_52), in_both('592000,CODECS="avc1.64000D', '592000,CODECS="avc1.640034')),
         f"{TV}:7", "avc1.640034", Profile.TV),
    Case("codec-in-band",
         both(swap(HIGH_INIT, b"avc1", b"avc3"), in_both('592000,CODECS="avc1.', '592000,CODECS="avc3.')),
         f"{MASTER}:7", "sample entry avc3"),
    # Sound, words, groups
    Case("channels-wrong", in_both('CHANNELS="2"', 'CHANNELS="6"'), f"{MASTER}:3", "CHANNELS='6'"),
    Case("groups-differ", edit(MASTER, "#EXT-X-STREAM-INF", f"{sound('aac-96')}#EXT-X-STREAM-INF"), f"{MASTER}:4",
         "group 'aac-192' has not the members of 'aac-96'"),
    Case("steering-wrong", before_first(MASTER, '#EXT-X-CONTENT-STEERING:SERVER-URI="s",PATHWAY-ID="b"'),
         f"{MASTER}:3", "PATHWAY-ID='b'"),
    Case("steering-wrong", before_first(MASTER, '#EXT-X-CONTENT-STEERING:PATHWAY-ID="."'), f"{MASTER}:3",
         "without SERVER-URI"),
    Case("steering-wrong", before_first(MASTER, *['#EXT-X-CONTENT-STEERING:SERVER-URI="s"'] * 2), f"{MASTER}:4",
         "a second EXT-X-CONTENT-STEERING"),
    Case("aac-missing",
         both(swap(SOFT_INIT, STEREO, SURROUND), swap(FINE_INIT, STEREO, SURROUND),
              in_both('CHANNELS="2"', 'CHANNELS="6"', 2)),
         f"{MASTER}:1", "sound only as mp4a.40.2"),
    Case("he-aac-rate",
         both(swap(SOFT_INIT, STEREO, HE_STEREO), in_both("avc1.64000D,mp4a.40.2", "avc1.64000D,mp4a.40.5"),
              edit(MASTER, '96000,CODECS="mp4a.40.2', '96000,CODECS="mp4a.40.5')),
         SOFT, "HE-AAC at 96,000 bit/s"),
    Case("sound-muxed", add_track, HIGH, "sound and picture in one segment"),
    Case("audio-not-shared",
         both(copy("audio/aac-96", "audio/alone"), edit(MASTER, ',AUDIO="aac-96"\naudio/aac-96', "\naudio/alone")),
         f"{MASTER}:10", "audio/alone/playlist.m3u8 is for audio alone"),
    Case("words-unmapped", words("WEBVTT\n\n", "9.6"), "text/0.vtt, at 0.000 s", "no X-TIMESTAMP-MAP"),
    Case("words-misplaced", words("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n" + CUES, "9.6"),
         "text/0.vtt, at 0.000 s", "cue 2 is shown at 15.000 s"),
    Case("words-short", words("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n", "2.6"), "text/p.m3u8",
         "subtitles for 2.600 s"),
    # Media playlists
    Case("idr-sparse iframes-sparse target-unusual", both(drop("package.json"), drop(TV)), f"{LOW}:3",
         "a target duration of 4 s"),
    Case("bitrate-tag-wrong", before_first(LOW, "#EXT-X-BITRATE:230"), f"{LOW}:9, at 0.000 s",
         "a segment of 200,000 bit/s under EXT-X-BITRATE:230"),
    Case("content-extra", edit(SOFT, "#EXTINF:3.840000,\n00001.m4s\n#EXTINF:1.920000,\n00002.m4s\n", ""), SOFT,
         "3.840 s in all (-5.760 s)", Profile.RFC),
    Case("ends-jagged", rung(specimen.LOW, counts=(96, 96, 50)), f"{SOFT_LAST}, at 7.680 s",
         "media ends at 9.600 s (-80.0 ms)"),
    Case("shared-but-different",
         both(copy(SOFT, "audio/aac-96/again.m3u8"), edit("audio/aac-96/again.m3u8", "3.840000", "3.838000", 2),
              edit(MASTER, "audio/aac-96/playlist.m3u8", "audio/aac-96/again.m3u8", 2)),
         f"{SOFT}:8, at 0.000 s", "audio/aac-96/00000.m4s for 3.84 s"),
    Case("discontinuity-differs", edit(SOFT, "#EXTINF:1.92", "#EXT-X-DISCONTINUITY\n#EXTINF:1.92"), SOFT,
         "discontinuities at 7.680 s"),
    Case("discontinuity-differs", before_first(SOFT, "#EXT-X-DISCONTINUITY-SEQUENCE:2"), f"{SOFT}:7",
         "discontinuity sequence 2"),
    Case("discontinuity-missing",
         both(copy(LOW_INIT, "video/180p/other.mp4"), swap("video/180p/other.mp4", b"avc1", b"avc3"),
              in_both('296000,CODECS="', '296000,CODECS="avc3.64000D,'),
              edit(LOW, "#EXTINF:1.92", '#EXT-X-MAP:URI="other.mp4"\n#EXTINF:1.92')),
         f"{LOW}:13, at 7.680 s", "avc3 of 12800 Hz after avc1 of 12800 Hz"),
    Case("discontinuity-differs",
         both(words("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n", "9.6"),
              edit("text/p.m3u8", "#EXTINF", "#EXT-X-DISCONTINUITY-SEQUENCE:2\n#EXTINF")),
         "text/p.m3u8:5", "discontinuity sequence 2"),
    Case("discontinuity-rate",
         both(copy(SOFT_INIT, "audio/aac-96/other.mp4"), swap("audio/aac-96/other.mp4", STEREO, SURROUND),
              edit(SOFT, "#EXTINF:1.92", '#EXT-X-MAP:URI="other.mp4"\n#EXTINF:1.92')),
         f"{SOFT}:13, at 7.680 s", "6 channels after 2 without EXT-X-DISCONTINUITY"),
    Case("discontinuity-rate",
         both(refit("video/180p/00002.m4s", TFHD, full_box("tfhd", 0, 0x020008, struct.pack(">II", 1, 256))),
              refit("video/180p/00002.m4s", trun(48), trun(96))),
         f"{LOW}:12, at 7.680 s", "50.000 frames/s after 25.000 without EXT-X-DISCONTINUITY"),
    Case("discontinuity-advised",
         both(copy(LOW_INIT, "video/180p/other.mp4"), swap("video/180p/other.mp4", HIGH_13, HIGH_52),
              in_both('296000,CODECS="', '296000,CODECS="avc1.640034,'),
              edit(LOW, "#EXTINF:1.92", '#EXT-X-MAP:URI="other.mp4"\n#EXTINF:1.92')),
         f"{LOW}:13, at 7.680 s", "avc1.640034 320x180 after avc1.64000D 320x180"),
    Case("daterange-undated", before_first(SOFT, f'#EXT-X-DATERANGE:ID="verse",START-DATE="{NOON}"'), f"{SOFT}:7",
         "EXT-X-DATERANGE without"),
    Case("dates-differ", dated(low=NOON, high=NOON, fine=NOON), f"{SOFT}:1", "no EXT-X-PROGRAM-DATE-TIME"),
    Case("dates-differ", dated(low=NOON, high=NOON, fine=NOON, soft="2026-01-01T12:00:01.500Z"), f"{SOFT}:7",
         "dated +1.500 s off"),
    Case("iframes-sparse", faster, f"{IFRAMES}:9, at 0.000 s", "1.920 s to the next I-frame"),
    Case("idr-sparse iframes-sparse target-unusual", both(drop("package.json"), drop(TV)),
         "video/180p/00000.m4s, at 0.000 s", "3.840 s without a key frame"),
    # Encryption
    Case("key-attributes", before_first(SOFT, '#EXT-X-KEY:METHOD=NONE,URI="k"'), f"{SOFT}:7", "METHOD=NONE with URI"),
    Case("key-attributes", before_first(SOFT, "#EXT-X-KEY:METHOD=SAMPLE-AES"), f"{SOFT}:7", "without URI"),
    Case("key-attributes", before_first(SOFT, '#EXT-X-KEY:URI="k"'), f"{SOFT}:7", "EXT-X-KEY without METHOD"),
    Case("key-attributes", before_first(MASTER, "#EXT-X-SESSION-KEY:METHOD=NONE"), f"{MASTER}:3", "METHOD=NONE"),
    Case("key-missing", encrypted(b"cbcs", 0x19), f"{LOW}:8, at 0.000 s", "an encrypted track (encv) and no EXT-X-KEY"),
    Case("key-wrong", locked("audio/aac-96", key=bytes(16)), f"{SOFT_INIT}, byte 0", "the key does not decrypt it"),
    Case("key-wrong", locked("audio/aac-96", key=bytes(17)), f"{SOFT_INIT}, byte 0", "the key has 17 bytes"),
    Case("key-wrong", locked("audio/aac-96", key=bytes(16), is_init_locked=False), "audio/aac-96/00000.m4s, byte 0",
         "the key does not decrypt it"),
    Case("key-wrong", both(locked("audio/aac-96"), OTHER_IV), f"{SOFT_INIT}, byte 0",
         "what the key decrypts is no init segment"),
    Case("key-wrong", both(locked("audio/aac-96", is_init_locked=False), OTHER_IV),
         "audio/aac-96/00000.m4s, byte 0", "what the key decrypts is no media"),
    Case("map-without-iv",
         both(edit(SOFT, "#EXT-X-MAP", '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXT-X-MAP'),
              before_first(SOFT, "#EXT-X-KEY:METHOD=NONE")),
         f"{SOFT}:7", "AES-128 key of line 6, which has no IV"),
    Case("scheme-wrong",
         both(encrypted(b"cenc", 0), before_first(LOW, SAMPLE_AES), before_first(IFRAMES, SAMPLE_AES)), LOW_INIT,
         "scheme 'cenc' 0:0 under METHOD=SAMPLE-AES"),
    Case("scheme-wrong",
         both(encrypted(b"cbcs", 0x55), before_first(LOW, SAMPLE_AES), before_first(IFRAMES, SAMPLE_AES)), LOW_INIT,
         "scheme 'cbcs' 5:5 under METHOD=SAMPLE-AES"),
    Case("fairplay-method",
         before_first(SOFT, '#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="k",KEYFORMAT="com.apple.streamingkeydelivery"'),
         f"{SOFT}:7", "METHOD=SAMPLE-AES-CTR for FairPlay", Profile.RFC),
    Case("sample-aes-ctr", before_first(SOFT, '#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="k"'), f"{SOFT}:7",
         "METHOD=SAMPLE-AES-CTR"),
    Case("session-key-unused", before_first(MASTER, '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="k"'), f"{MASTER}:3",
         "EXT-X-SESSION-KEY with URI 'k'"),
    Case("session-key-unsaid", both(before_first(SOFT, SAMPLE_AES), before_first(FINE, SAMPLE_AES)), f"{MASTER}:1",
         "no EXT-X-SESSION-KEY for the key 'k' of 2 playlists"),
    # Construction
    Case("segment-leading", refit("video/360p/00001.m4s", trun(96), late_key(96)),
         "video/360p/00001.m4s, byte 0, at 3.840 s", "pictures are shown 40.0 ms before the first sync sample"),
    Case("edit-odd", swap(SOFT_INIT, struct.pack(">iI", 1024, 0x10000), struct.pack(">iI", 1024, 0x20000)), SOFT_INIT,
         "an edit of another speed than 1"),
    Case("priming-differs", swap(FINE_INIT, struct.pack(">iI", 1024, 0x10000), struct.pack(">iI", 1536, 0x10000)),
         FINE_INIT, "1536 samples of priming"),
    Case("brand-old", swap(SOFT_INIT, b"iso6", b"iso5"), f"{SOFT_INIT}, byte 0", "brands iso5, iso5"),
    Case("init-filled", swap(SOFT_INIT, b"stts" + bytes(8), b"stts" + bytes(7) + b"\1"), SOFT_INIT, "entries in stts"),
    Case("init-filled", swap(SOFT_INIT, struct.pack(">II", 1000, 0), struct.pack(">II", 1000, 9600)), SOFT_INIT,
         "a duration in mvhd"),
    Case("extends-misplaced", extends_first, LOW_INIT, "mvex before a trak"),
    Case("track-unknown",
         refit(SOFT_LAST, TFHD, full_box("tfhd", 0, 0x020038, struct.pack(">IIII", 2, 1024, 10, 0))),
         f"{SOFT_LAST}, byte 0, at 7.680 s", "a traf of track 2"),
    Case("offset-absolute", refit(SOFT_LAST, TFHD, full_box("tfhd", 0, 1, struct.pack(">IQ", 1, 0))),
         f"{SOFT_LAST}, byte 0, at 7.680 s", "base-data-offset in tfhd"),
    Case("cmaf-structure",
         both(swap(SOFT_INIT, bytes(4) + b"iso6", bytes(4) + b"cmfc"), refit(SOFT_LAST, trun(90), trun(45) + trun(45))),
         f"{SOFT_LAST}, byte 0, at 7.680 s", "a moof of 1 traf and 2 trun"),
    Case("data-elsewhere", elsewhere(SOFT_INIT), SOFT_INIT, "track 1 has a data reference to another file"),
    Case("offset-unsigned", refit("video/360p/00001.m4s", trun(96), wrapped(96)),
         "video/360p/00001.m4s, byte 0, at 3.840 s", "negative ones in a trun of version 0"),
    Case("cmaf-edited",
         both(swap(LOW_INIT, bytes(4) + b"iso6", bytes(4) + b"cmf2"), *late_pictures("video/180p")), LOW_INIT,
         "track 1 has an edit list"),
    Case("cmaf-half-encrypted",
         both(VARIATIONS["samples encrypted"], swap(LOW_INIT, bytes(4) + b"iso6", bytes(4) + b"cmfc"),
              refit("video/180p/00001.m4s", trun(96), trun(96) + clear_head(96, 10))),
         "video/180p/00001.m4s, byte 0, at 3.840 s", "encrypted and clear samples in one fragment"),
    Case("cmaf-picture",
         both(swap(LOW_INIT, bytes(4) + b"iso6", bytes(4) + b"cmfc"), swap(LOW_INIT, b"pasp", b"free")), LOW_INIT,
         "track 1 without pasp"),
)  # fmt: skip
