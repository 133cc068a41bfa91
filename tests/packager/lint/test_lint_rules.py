"""Each rule catches the package that breaks it, and no other rule minds."""

from pathlib import Path

import lint_specimen as specimen
import pytest
from lint_breaches import BREACHES, VARIATIONS
from lint_mutations import (
    FINE,
    HIGH,
    IFRAMES,
    LOW,
    SOFT,
    Case,
    add_sound,
    both,
    cut,
    drop,
    edit,
    rung,
    steep,
)  # fmt: skip
from lint_specimen import Files

from packager.inspection import lint_folder
from packager.lint.finding import Finding, Profile, Severity
from packager.lint.rules.table import RULES

CASES = (
    Case("playlist-syntax", edit(SOFT, "#EXTM3U", "\ufeff#EXTM3U"), f"{SOFT}:1", "a byte order mark"),
    Case("playlist-syntax", edit(SOFT, "#EXTM3U", "#EXTM3U8"), f"{SOFT}:1", "first line '#EXTM3U8'"),
    Case("playlist-syntax", edit("master.m3u8", "AUTOSELECT=", "autoselect=", 2), "master.m3u8:3",
         "EXT-X-MEDIA: 'autoselect=YES'"),
    Case("playlist-syntax", edit("master.m3u8", "DEFAULT=YES", "DEFAULT=YES,DEFAULT=NO", 2), "master.m3u8:3",
         "EXT-X-MEDIA has DEFAULT twice"),
    Case("mixed-tags", edit("master.m3u8", "#EXT-X-MEDIA:", "#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA:"), "master.m3u8:3",
         "EXT-X-TARGETDURATION in a multivariant playlist"),
    Case("mixed-tags", edit(SOFT, "#EXT-X-MAP", '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="b"\n#EXT-X-MAP'),
         f"{SOFT}:6",
         "EXT-X-MEDIA in a media playlist"),
    Case("version-low", edit(SOFT, "VERSION:6", "VERSION:5"), f"{SOFT}:2", "version 5"),
    Case("version-low", edit(IFRAMES, "VERSION:5", "VERSION:4"), f"{IFRAMES}:2", "version 4"),
    Case("version-low", edit(SOFT, "#EXT-X-VERSION:6\n", ""), f"{SOFT}:5", "no EXT-X-VERSION"),
    Case("version-high", edit(SOFT, "VERSION:6", "VERSION:7"), f"{SOFT}:2", "version 7"),
    Case("file-missing", drop("audio/aac-96/00001.m4s"), f"{SOFT}:10", "audio/aac-96/00001.m4s is not there"),
    Case("file-missing", drop("audio/aac-96/init.mp4"), f"{SOFT}:6", "audio/aac-96/init.mp4 is not there"),
    Case("not-read", edit(SOFT, "00001.m4s", "https://cdn.example/00001.m4s"), f"{SOFT}:10", "cdn.example"),
    Case("boxes-broken", cut("audio/aac-96/00002.m4s", 100), "audio/aac-96/00002.m4s, byte 0, at 7.680 s",
         "'mdat' box at byte 92 claims 22948 bytes where 22848 are left"),
    Case("boxes-broken", cut("audio/aac-96/init.mp4", 10), "audio/aac-96/init.mp4, byte 0", "'moov' box at byte 20"),
    Case("variant-incomplete", edit("tv.m3u8", "BANDWIDTH=296000,AVER", "AVER"), "tv.m3u8:5", "no BANDWIDTH"),
    Case("variant-incomplete", edit("tv.m3u8", "BANDWIDTH=296000", "BANDWIDTH=296k"), "tv.m3u8:5", "BANDWIDTH=296k"),
    Case("variant-incomplete", edit("tv.m3u8", "video/180p/playlist.m3u8\n", ""), "tv.m3u8:5",
         "EXT-X-STREAM-INF without URI"),
    Case("variant-nested", edit("master.m3u8", "\nvideo/180p/playlist.m3u8", "\ntv.m3u8"), "master.m3u8:6",
         "tv.m3u8 is a multivariant playlist"),
    Case("bandwidth-low", edit("tv.m3u8", "BANDWIDTH=296000,AVERAGE-BANDWIDTH=296000",
         "BANDWIDTH=270000,AVERAGE-BANDWIDTH=270000"),
         "tv.m3u8:5", "BANDWIDTH=270000 is 8.8% below the peak"),
    Case("bandwidth-low", edit("tv.m3u8", "=592000,AVERAGE-BANDWIDTH=592000", "=591000,AVERAGE-BANDWIDTH=591000"),
         "tv.m3u8:7", "BANDWIDTH=591000 is 0.2% below the peak"),
    Case("bandwidth-high", edit("tv.m3u8", "BANDWIDTH=296000", "BANDWIDTH=329000"), "tv.m3u8:5", "BANDWIDTH=329000"),
    Case("average-missing", edit("tv.m3u8", "AVERAGE-BANDWIDTH=296000,", ""), "tv.m3u8:5", "no AVERAGE-BANDWIDTH"),
    Case("average-wrong", edit("tv.m3u8", "AVERAGE-BANDWIDTH=296000", "AVERAGE-BANDWIDTH=266000"), "tv.m3u8:5",
         "AVERAGE-BANDWIDTH=266000, over 10 % off"),
    Case("average-above-peak", edit("tv.m3u8", "AVERAGE-BANDWIDTH=296000", "AVERAGE-BANDWIDTH=296001"), "tv.m3u8:5",
         "AVERAGE-BANDWIDTH=296001 above BANDWIDTH=296000"),
    Case("peak-steep", steep(), "master.m3u8:5", "peak 2,096,000 bit/s"),
    Case("codecs-missing", edit("tv.m3u8", 'CODECS="avc1.64000D,mp4a.40.2",', ""), "tv.m3u8:5", "no CODECS"),
    Case("codecs-unsaid", edit("tv.m3u8", 'CODECS="avc1.64000D,mp4a.40.2",', ""), "tv.m3u8:5", "no CODECS",
         Profile.RFC),
    Case("codecs-incomplete", edit("tv.m3u8", "avc1.64000D,mp4a.40.2", "avc1.64000D"), "tv.m3u8:5",
         "without mp4a.40.2"),
    Case("codecs-wrong", edit("tv.m3u8", "avc1.64000D", "avc1.64001F"), "tv.m3u8:5", "CODECS has avc1.64001F"),
    Case("codecs-wrong", edit("tv.m3u8", "mp4a.40.2", "mp4a.40.5"), "tv.m3u8:5", "CODECS has mp4a.40.5"),
    Case("codecs-spelling", edit("tv.m3u8", "mp4a.40.2", "MP4A.40.2"), "tv.m3u8:5", "CODECS has MP4A.40.2"),
    Case("codecs-surplus", edit("tv.m3u8", "mp4a.40.2", "mp4a.40.2,ac-3"), "tv.m3u8:5", "CODECS has ac-3"),
    Case("resolution-missing", edit("tv.m3u8", "RESOLUTION=320x180,", ""), "tv.m3u8:5", "no RESOLUTION"),
    Case("frame-rate-missing", edit("tv.m3u8", "FRAME-RATE=25.000,", ""), "tv.m3u8:5", "no FRAME-RATE"),
    Case("frame-rate-rough", edit("tv.m3u8", "FRAME-RATE=25.000", "FRAME-RATE=25"), "tv.m3u8:5", "FRAME-RATE=25"),
    Case("frame-rate-wrong", edit("tv.m3u8", "FRAME-RATE=25.000", "FRAME-RATE=24.975"), "tv.m3u8:5",
         "FRAME-RATE=24.975"),
    Case("resolution-wrong", edit("tv.m3u8", "RESOLUTION=320x180", "RESOLUTION=640x360"), "tv.m3u8:5",
         "RESOLUTION=640x360"),
    Case("frame-rate-on-iframes", edit("master.m3u8", "RESOLUTION=320x180,URI",
         "RESOLUTION=320x180,FRAME-RATE=25.000,URI"),
         "master.m3u8:11", "FRAME-RATE=25.000"),
    Case("audio-with-picture", edit("master.m3u8", 'CODECS="mp4a.40.2"', 'RESOLUTION=2x2,CODECS="mp4a.40.2"'),
         "master.m3u8:9",
         "RESOLUTION on an audio-only variant"),
    Case("audio-only-on-tv", edit("tv.m3u8", "#EXT-X-I-FRAME-S", f"{specimen.SONG}#EXT-X-I-FRAME-S"), "tv.m3u8:9",
         "audio/aac-96/playlist.m3u8 is audio only"),
    Case("audio-only-on-tv idr-sparse iframes-sparse",
         both(drop("package.json"), *(edit(file, "DURATION:4", "DURATION:6") for file in (LOW, HIGH, SOFT, FINE))),
         "master.m3u8:9", "is audio only", Profile.TV),
    Case("rendition-incomplete", edit("tv.m3u8", 'NAME="Song",', "", 2), "tv.m3u8:3", "EXT-X-MEDIA without NAME"),
    Case("group-unknown", edit("tv.m3u8", "RESOLUTION", 'SUBTITLES="words",RESOLUTION'), "tv.m3u8:5",
         'SUBTITLES="words"'),
    Case("group-same-name", add_sound(NAME='"Song"'), "master.m3u8:5", "NAME='Song' 2 times in group 'aac-96'"),
    Case("group-many-defaults", add_sound(DEFAULT="YES"), "master.m3u8:5", "2 renditions with DEFAULT=YES"),
    Case("default-unselectable", edit("tv.m3u8", "AUTOSELECT=YES", "AUTOSELECT=NO", 2), "tv.m3u8:3", "AUTOSELECT=NO"),
    Case("language-missing", edit("tv.m3u8", 'LANGUAGE="und",', "", 2), "tv.m3u8:3", "no LANGUAGE"),
    Case("channels-missing", edit("tv.m3u8", 'CHANNELS="2",', ""), "tv.m3u8:3", "no CHANNELS"),
    Case("target-missing", edit(SOFT, "#EXT-X-TARGETDURATION:4\n", ""), f"{SOFT}:1", "no EXT-X-TARGETDURATION"),
    Case("target-missing", edit(SOFT, "TARGETDURATION:4", "TARGETDURATION:0"), f"{SOFT}:3", "EXT-X-TARGETDURATION:0"),
    Case("segment-over-target", edit(IFRAMES, "TARGETDURATION:4", "TARGETDURATION:3"), f"{IFRAMES}:9, at 0.000 s",
         "EXTINF of 3.84 s"),
    # 3.84 s of media in a segment that says 3.4 s: too long, and the playlist has lost the media by then.
    Case("extinf-drift segment-long",
         both(*(edit(file, "TARGETDURATION:4", "TARGETDURATION:3") for file in (LOW, HIGH, SOFT, FINE)),
              *(edit(file, "EXTINF:3.840000", "EXTINF:3.400000", 2) for file in (LOW, HIGH, SOFT, FINE)),
              *(edit(file, "296000,AVERAGE-BANDWIDTH=296000", "334307,AVERAGE-BANDWIDTH=325872")
                for file in ("tv.m3u8", "master.m3u8")),
              *(edit(file, "592000,AVERAGE-BANDWIDTH=592000", "668612,AVERAGE-BANDWIDTH=651743")
                for file in ("tv.m3u8", "master.m3u8")),
              edit("master.m3u8", "=96000,AVERAGE-BANDWIDTH=96000", "=108424,AVERAGE-BANDWIDTH=105688")),
         "video/180p/00000.m4s, at 0.000 s", "3.840 s of media"),
    Case("extinf-drift", edit(SOFT, "EXTINF:3.840000", "EXTINF:3.900000"), f"{SOFT}:8, at 0.000 s",
         "+60.0 ms off the media"),
    Case("target-differs", edit(SOFT, "TARGETDURATION:4", "TARGETDURATION:5"), f"{SOFT}:3", "target duration 5 s"),
    Case("playlist-type-missing",
         both(*(edit(f, "#EXT-X-PLAYLIST-TYPE:VOD\n", "") for f in (LOW, HIGH, SOFT, FINE, IFRAMES))), f"{LOW}:1",
         "no EXT-X-PLAYLIST-TYPE"),
    Case("playlist-type-differs", edit(SOFT, "#EXT-X-PLAYLIST-TYPE:VOD\n", ""), f"{SOFT}:1", "no EXT-X-PLAYLIST-TYPE",
         Profile.RFC),
    Case("endlist-missing", edit(SOFT, "#EXT-X-ENDLIST\n", ""), f"{SOFT}:1", "no EXT-X-ENDLIST"),
    Case("duration-differs", edit(SOFT, "#EXTINF:1.920000,\n00002.m4s\n", ""), SOFT, "7.680 s in all (-1.920 s)"),
    Case("start-differs", rung(specimen.SOFT, tfdt_shifts=(2048, 2048, 2048)), "audio/aac-96/00000.m4s, at 0.000 s",
         "starts at 21.3 ms", Profile.RFC),
    Case("boundaries-differ", rung(specimen.SOFT, counts=(170, 190, 90)), f"{SOFT}:10, at 3.627 s",
         "segment starts at 3.627 s (-213.3 ms)"),
    Case("map-missing", both(edit(SOFT, "VERSION:6", "VERSION:3"), edit(SOFT, '#EXT-X-MAP:URI="init.mp4"\n', "")),
         f"{SOFT}:7, at 0.000 s", "an fMP4 segment before any EXT-X-MAP"),
    Case("independent-missing",
         both(*(edit(f, "#EXT-X-INDEPENDENT-SEGMENTS\n", "") for f in ("master.m3u8", "tv.m3u8", LOW, HIGH))),
         f"{LOW}:1",
         "no EXT-X-INDEPENDENT-SEGMENTS"),
    Case("independent-below", edit("master.m3u8", "#EXT-X-INDEPENDENT-SEGMENTS\n", ""), "master.m3u8:1",
         "only in the media playlists"),
    Case("range-wrong", edit(IFRAMES, "9600@0", "9600@38401"), f"{IFRAMES}:15, at 7.680 s",
         "bytes up to 48001 of 00002.m4s"),
    Case("range-wrong", edit(IFRAMES, "9600@0", "9600"), f"{IFRAMES}:15, at 7.680 s",
         "EXT-X-BYTERANGE without an offset"),
    Case("iframe-range segment-dependent", rung(specimen.LOW, sync_first=(True, False, True)),
         "video/180p/00001.m4s, byte 0, at 3.840 s",
         "the first video sample is not a sync sample", Profile.RFC),
    Case("decode-hole", rung(specimen.SOFT, tfdt_shifts=(0, 100, 100)), "audio/aac-96/00001.m4s, byte 0, at 3.840 s",
         "tfdt of track 1 is 185444"),
    Case("edit-empty", rung(specimen.SOFT, empty_edit_ms=5), "audio/aac-96/init.mp4",
         "track 1 starts with an empty edit of 5.0 ms"),
    Case("iframes-missing", edit("tv.m3u8", specimen.TRICK, ""), "tv.m3u8:5", "no EXT-X-I-FRAME-STREAM-INF"),
    Case("boxes-broken iframes-unmarked",
         both(edit(IFRAMES, "#EXT-X-I-FRAMES-ONLY\n", ""), edit(IFRAMES, "VERSION:5", "VERSION:6")), f"{IFRAMES}:1",
         "no EXT-X-I-FRAMES-ONLY, though master.m3u8:11 names it"),
    Case("iframe-range",
         both(edit(IFRAMES, "9600@0", "109@0"),
              *(edit(f, "AVERAGE-BANDWIDTH=40000", "AVERAGE-BANDWIDTH=32091") for f in ("master.m3u8", "tv.m3u8"))),
         f"{IFRAMES}:15, at 7.680 s", "a range that ends at byte 109, inside its"),
    Case("iframe-range not-read", edit(IFRAMES, "9600@0", "9600@100"), f"{IFRAMES}:15, at 7.680 s",
         "a range without the moof of its I-frame"),
    Case("iframe-range segment-dependent", rung(specimen.LOW, sync_first=(True, False, True)),
         f"{IFRAMES}:12, at 3.840 s", "a range that starts with no sync sample", Profile.RFC),
    Case("iframe-with-init", specimen.join_iframe_files, f"{IFRAMES}:9, at 0.000 s",
         "a range from byte 0, with the init segment"),
    Case("iframe-duration", edit(IFRAMES, "EXTINF:3.840000", "EXTINF:3.900000"), f"{IFRAMES}:9, at 0.000 s",
         "EXTINF:3.9"),
    Case("iframes-unlisted", edit(IFRAMES, "#EXTINF:1.920000,\n#EXT-X-BYTERANGE:9600@0\n00002.m4s\n", ""), IFRAMES,
         f"2 of the 3 key frames in {LOW}"),
    Case("idr-sparse iframes-heavy iframes-sparse",
         both(drop("package.json"), drop("tv.m3u8"),
              *(edit(file, "DURATION:4", "DURATION:6") for file in (LOW, HIGH, SOFT, FINE)),
              edit(IFRAMES, "19200@0", "31200@0", 2), edit(IFRAMES, "9600@0", "15600@0"),
              edit("master.m3u8", "=40000,AVERAGE-BANDWIDTH=40000", "=65000,AVERAGE-BANDWIDTH=65000")),
         IFRAMES, "I-frames of 65,000 bit/s"),
    Case("loudness-missing", rung(specimen.SOFT, lufs=None), "audio/aac-96/init.mp4", "track 1 has no udta/ludt box"),
    Case("loudness-wrong", rung(specimen.SOFT, lufs=-14.25), "audio/aac-96/init.mp4",
         "ludt of track 1 says -14.25 LUFS"),
    Case("loudness-wrong", edit("package.json", "-14.1", "-16"), "audio/aac-192/init.mp4",
         "ludt of track 1 says -14.00 LUFS", Profile.RFC),
    Case("loudness-wrong",
         edit("master.m3u8", "#EXT-X-STREAM-INF",
              '#EXT-X-SESSION-DATA:DATA-ID="org.midnote.loudness.integrated-lufs",VALUE="-9.6"\n#EXT-X-STREAM-INF'),
         "audio/aac-96/init.mp4", "ludt of track 1 says -14.00 LUFS"),
)  # fmt: skip


def lint(files: Files, folder: Path, profile: Profile = Profile.MOBILE) -> tuple[Finding, ...]:
    return lint_folder(specimen.write(files, folder), profile)


@pytest.mark.parametrize("profile", Profile)
def test_specimen_is_clean(tmp_path: Path, profile: Profile) -> None:
    assert lint(specimen.good_files(), tmp_path, profile) == ()


@pytest.mark.parametrize("name", VARIATIONS)
def test_what_a_package_may_also_have_is_clean(tmp_path: Path, name: str) -> None:
    files = specimen.good_files()
    VARIATIONS[name](files)
    findings = [finding for profile in Profile for finding in lint(files, tmp_path, profile)]
    assert findings == [], "\n".join(map(str, findings))


@pytest.mark.parametrize("case", [*CASES, *BREACHES], ids=lambda case: case.rules)
def test_breach_is_caught_by_its_own_rule_only(tmp_path: Path, case: Case) -> None:
    files = specimen.good_files()
    case.mutate(files)
    findings = lint(files, tmp_path, case.profile)
    assert sorted({finding.rule for finding in findings}) == case.rules.split(), "\n".join(map(str, findings))
    assert any(str(f.place) == case.place and case.found in f.fault.found for f in findings), "\n".join(
        map(str, findings)
    )


# Of files behind a URL: test_remote has their breaches.
DELIVERY = {"gzip-missing", "media-type-wrong", "cors-missing", "tls-missing"}


def test_every_rule_has_a_breach() -> None:
    broken = {rule for case in (*CASES, *BREACHES) for rule in case.rules.split()}
    decoded = {rule.id for rule in RULES if rule.needs_decoding}  # test_decoding_rules has their breaches
    assert broken | DELIVERY | decoded == {rule.id for rule in RULES}


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_shall_and_should_differ_in_severity(tmp_path: Path) -> None:
    files = specimen.good_files()
    edit("tv.m3u8", 'CODECS="avc1.64000D,mp4a.40.2",', "")(files)
    folder = specimen.write(files, tmp_path)
    assert [f.severity for f in lint_folder(folder, Profile.RFC)] == [Severity.WARNING]
    assert [f.severity for f in lint_folder(folder, Profile.MOBILE)] == [Severity.ERROR]


def test_fault_of_a_shared_playlist_is_told_once(tmp_path: Path) -> None:
    files = specimen.good_files()
    edit(SOFT, "TARGETDURATION:4", "TARGETDURATION:5")(files)
    assert len(lint(files, tmp_path)) == 1


def test_finding_is_one_line_with_place_fault_clause_and_remedy(tmp_path: Path) -> None:
    files = specimen.good_files()
    edit("tv.m3u8", "avc1.64000D", "avc1.64001F")(files)
    (finding,) = lint(files, tmp_path)
    assert str(finding) == (
        "tv.m3u8:5: error: CODECS has avc1.64001F; avc1.64000D, as the init segment says: "
        "write avc1.64000D [codecs-wrong]"
    )
    assert finding.clause == "B 4.4.6.2, A 2.24"
