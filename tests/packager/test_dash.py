import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from packager.boxes import need_box, read_boxes
from packager.boxfields import read_tfdt, read_tracks
from packager.dash import PictureRung, SoundRung, SpriteSheets, TextFile, print_manifest
from packager.manifest import ThumbnailRecord
from packager.playlist import EncodedRung, Place, RungHead, Segment

NS = {"mpd": "urn:mpeg:dash:schema:mpd:2011"}
HEAD = RungHead(Place("init.mp4", 800))
NTSC = Fraction(30_000, 1001)


def rung(folder: str, codec: str, timescale: int, *durations: Fraction, size: int = 48_000) -> EncodedRung:
    parts = tuple(Segment(Place(f"{number:05d}.m4s", size), each) for number, each in enumerate(durations))
    return EncodedRung(folder, codec, timescale, HEAD, parts)


SOUND = SoundRung("aac-96", rung("audio/aac-96", "mp4a.40.2", 48_000, Fraction("3.84"), Fraction("3.84")), 2)
FRAMES = (Fraction(96, 25), Fraction(96, 25))
PICTURE = PictureRung("720p", rung("video/720p", "avc1.64001F", 10_000, *FRAMES), 1280, 720, Fraction(25))


def test_a_manifest_reads_like_this() -> None:
    sheets = SpriteSheets(ThumbnailRecord("thumbnails/thumbnails.vtt", 4, Fraction(2), 256, 144), (5000,))
    assert print_manifest("Rain & Sun", "en", [SOUND], [PICTURE], sheets) == (
        """<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" \
mediaPresentationDuration="PT7.68S" maxSegmentDuration="PT3.84S" minBufferTime="PT3.84S">
  <ProgramInformation>
    <Title>Rain &amp; Sun</Title>
  </ProgramInformation>
  <Period id="0" start="PT0S">
    <AdaptationSet contentType="audio" mimeType="audio/mp4" segmentAlignment="true" startWithSAP="1" lang="en" \
audioSamplingRate="48000" id="1">
      <AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="2" />
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main" />
      <SegmentTemplate timescale="48000" startNumber="0" initialization="init.mp4" media="$Number%05d$.m4s">
        <SegmentTimeline>
          <S t="0" d="184320" r="1" />
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id="aac-96" codecs="mp4a.40.2" bandwidth="100000">
        <BaseURL>audio/aac-96/</BaseURL>
      </Representation>
    </AdaptationSet>
    <AdaptationSet contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1" frameRate="25" \
maxWidth="1280" maxHeight="720" id="2">
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main" />
      <SegmentTemplate timescale="10000" startNumber="0" initialization="init.mp4" media="$Number%05d$.m4s">
        <SegmentTimeline>
          <S t="0" d="38400" r="1" />
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id="720p" codecs="avc1.64001F" bandwidth="100000" width="1280" height="720" sar="1:1">
        <BaseURL>video/720p/</BaseURL>
      </Representation>
    </AdaptationSet>
    <AdaptationSet contentType="image" mimeType="image/jpeg" id="3">
      <SegmentTemplate timescale="1" duration="10" startNumber="0" media="thumbnails/$Number%05d$.jpg" />
      <Representation id="thumbnails" width="1280" height="144" bandwidth="4000">
        <EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="5x1" />
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>
"""
    )


def test_words_are_a_file_beside_the_segments() -> None:
    texts = [TextFile("de", "Deutsch", Place("text/de/lyrics.vtt", 480)), TextFile("en", "English", Place("e.vtt", 1))]
    period = ET.fromstring(print_manifest("Lied", "de", [SOUND], [PICTURE], texts=texts)).find("mpd:Period", NS)
    assert period is not None
    german, english = period.findall("mpd:AdaptationSet[@contentType='text']", NS)
    assert german.attrib == {"contentType": "text", "mimeType": "text/vtt", "lang": "de", "id": "3"}
    assert german.findtext("mpd:Label", namespaces=NS) == "Deutsch"
    assert german.findtext("mpd:Representation/mpd:BaseURL", namespaces=NS) == "text/de/lyrics.vtt"
    representation = german.find("mpd:Representation", NS)
    assert representation is not None
    assert representation.attrib == {"id": "text-de", "bandwidth": "500"}
    assert english.get("lang") == "en"


def test_a_rung_in_one_file_is_named_by_its_index() -> None:
    one_file = EncodedRung(
        "video/720p", "avc1.64001F", 10_000, RungHead(Place("media.mp4", 800, 0), Place("media.mp4", 64, 8192)),
        (Segment(Place("media.mp4", 500, 8256), Fraction(4)), Segment(Place("media.mp4", 500, 8756), Fraction(4))),
    )  # fmt: skip
    text = print_manifest("", "en", [], [PictureRung("720p", one_file, 1280, 720, Fraction(25))])
    assert 'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"' in text
    assert 'subsegmentAlignment="true" subsegmentStartsWithSAP="1"' in text
    assert "SegmentTemplate" not in text
    assert (
        """
        <BaseURL>video/720p/media.mp4</BaseURL>
        <SegmentBase timescale="10000" indexRange="8192-8255">
          <Initialization range="0-799" />
        </SegmentBase>
"""
        in text
    )


def read(text: str) -> ET.Element:
    return ET.fromstring(text)


def test_rungs_of_another_codec_are_an_adaptation_set_of_their_own() -> None:
    hevc = PictureRung("1080p", rung("video/1080p", "hvc1.1.6.L93", 10_000, *FRAMES), 1920, 1080, Fraction(25))
    sets = read(print_manifest("", "en", [SOUND], [PICTURE, hevc])).findall(".//mpd:AdaptationSet", NS)
    names = [[each.get("id") for each in found.findall("mpd:Representation", NS)] for found in sets]
    assert names == [["aac-96"], ["720p"], ["1080p"]]


def test_of_several_kinds_of_sound_the_first_is_the_usual_one() -> None:
    flac = SoundRung("flac", rung("audio/flac", "fLaC", 44_100, Fraction(4)), 2)
    sets = read(print_manifest("", "en", [flac, SOUND], [])).findall(".//mpd:AdaptationSet", NS)
    assert [(each.get("id"), each.get("selectionPriority")) for each in sets] == [("1", "2"), ("2", "1")]
    assert "selectionPriority" not in print_manifest("", "en", [SOUND], [])


def test_cuts_of_29_97_fps_are_whole_ticks_and_the_whole_is_never_said_shorter() -> None:
    encoded = rung("video/720p", "avc1.64001F", 30_000, *[Fraction(120 * 1001, 30_000)] * 2, Fraction(1001, 30_000))
    mpd = read(print_manifest("", "en", [], [PictureRung("720p", encoded, 1280, 720, NTSC)]))
    entries = [each.attrib for each in mpd.findall(".//mpd:S", NS)]
    assert entries == [{"t": "0", "d": "120120", "r": "1"}, {"d": "1001"}]
    assert mpd.get("mediaPresentationDuration") == "PT8.041367S"  # 241 frames are 8.0413666... s
    found = mpd.find(".//mpd:AdaptationSet", NS)
    assert found is not None
    assert found.get("frameRate") == "30000/1001"


def test_sheets_of_which_there_are_several_are_five_by_five() -> None:
    sheets = SpriteSheets(ThumbnailRecord("thumbnails/thumbnails.vtt", 30, Fraction(2002, 1000), 256, 144), (9, 9))
    assert (sheets.rows, sheets.duration) == (5, Fraction("50.05"))


def read_timeline(adaptation_set: ET.Element) -> tuple[int, list[int]]:
    """The timescale, and the start of each segment and the end of the last."""
    template = adaptation_set.find("mpd:SegmentTemplate", NS)
    assert template is not None
    starts = [0]
    for entry in template.findall("mpd:SegmentTimeline/mpd:S", NS):
        for _ in range(int(entry.get("r", "0")) + 1):
            starts.append(starts[-1] + int(entry.attrib["d"]))
    return int(template.attrib["timescale"]), starts


@pytest.mark.parametrize("medium", ["audio", "video"])
def test_every_segment_is_where_and_when_the_manifest_says(small_package: Path, medium: str) -> None:
    mpd = read((small_package / "manifest.mpd").read_text())
    found = mpd.find(f".//mpd:AdaptationSet[@contentType='{medium}']", NS)
    assert found is not None
    timescale, starts = read_timeline(found)
    for base in found.findall("mpd:Representation/mpd:BaseURL", NS):
        folder = small_package / str(base.text)
        init = (folder / "init.mp4").read_bytes()
        (track,) = read_tracks(init, read_boxes(init))
        assert track.media.timescale == timescale
        contents = [(folder / f"{number:05d}.m4s").read_bytes() for number in range(len(starts) - 1)]
        decoded = [read_tfdt(each, need_box(read_boxes(each), "moof", "traf", "tfdt")) for each in contents]
        # The first audio segment has the priming as well, which is presented before 0.
        priming = track.media_time_ticks if medium == "audio" else 0
        assert [0, *(each - priming for each in decoded[1:])] == starts[:-1]
        assert not (folder / f"{len(contents):05d}.m4s").exists()


def has_dash_demuxer() -> bool:
    """FFmpeg reads DASH where it was built with libxml2; PyAV's libraries and the peers' binaries were not."""
    if shutil.which("ffmpeg") is None:
        return False
    listed = subprocess.run(["ffmpeg", "-hide_banner", "-demuxers"], check=True, capture_output=True, text=True).stdout
    return re.search(r"^ *D +dash ", listed, re.MULTILINE) is not None


def decode_times(manifest: Path, stream: str) -> list[int]:
    """When FFmpeg shows each frame of a stream, in frames or samples."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-copyts", "-i", str(manifest), "-map", f"0:{stream}"]
    printed = subprocess.run([*command, "-f", "framecrc", "-"], check=True, capture_output=True, text=True).stdout
    return [int(line.split(",")[2]) for line in printed.splitlines() if not line.startswith("#")]


@pytest.mark.skipif(not has_dash_demuxer(), reason="no ffmpeg with a DASH demuxer on this machine")
@pytest.mark.parametrize("rung", [0, 1])
def test_ffmpeg_shows_and_sounds_everything_at_its_time(small_package: Path, rung: int) -> None:
    manifest = small_package / "manifest.mpd"
    assert decode_times(manifest, f"v:{rung}") == list(range(600))
    # 24 s are 1125 AAC frames; the one before 0 is the priming.
    assert decode_times(manifest, f"a:{rung}") == list(range(-1024, 24 * 48_000, 1024))


def test_a_song_alone_has_a_manifest_of_sound_alone() -> None:
    mpd = read(print_manifest("", "en", [SOUND], []))
    assert [each.get("contentType") for each in mpd.findall(".//mpd:AdaptationSet", NS)] == ["audio"]
