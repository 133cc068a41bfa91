"""What a package shall be, beside its sources and its place."""

from dataclasses import dataclass

from packager.audiogroups import NO_WISHES, AudioWishes
from packager.delivery import IN_FOLDERS, Delivery
from packager.ladder import Ladder
from packager.lyrics import LyricsFile
from packager.song import NOTHING_SAID, Song
from packager.sources import USUAL_STREAMS, StreamChoice


@dataclass(frozen=True, slots=True)
class PackageWishes:
    """All that can be wished for; what is left out is as usual.

    `title` is the name of the song's file without its ending where it is not given, `ladder` the default one. With
    `normalize_lufs`, the song is measured before it is encoded, and one gain brings it there, or as near as its peaks
    allow. `lyrics` become one subtitles rendition for each language, `audio` are the audio groups to add. `song` is
    what its owner says of it, `streams` chooses where a file has several, `delivery` says how segments are stored.
    """

    title: str | None = None
    ladder: Ladder | None = None
    audio: AudioWishes = NO_WISHES
    normalize_lufs: float | None = None
    lyrics: tuple[LyricsFile, ...] = ()
    song: Song = NOTHING_SAID
    streams: StreamChoice = USUAL_STREAMS
    delivery: Delivery = IN_FOLDERS


AS_USUAL = PackageWishes()
