from fractions import Fraction

from packager.audiogroups import AudioWishes, widen_audio_ladder
from packager.ladder import AudioCodec, AudioRung
from packager.sources import AudioTrack

AAC = (AudioRung(96_000), AudioRung(160_000))


def sound(channels: int = 2, bit_depth: int | None = 16, rate: int = 44_100) -> AudioTrack:
    codec = "flac" if bit_depth else "vorbis"
    return AudioTrack(0, codec, rate, channels, "und", Fraction(0), rate, bit_depth=bit_depth)


def names(wishes: AudioWishes, track: AudioTrack, ladder: tuple[AudioRung, ...] = AAC) -> list[str]:
    return [rung.name for rung in widen_audio_ladder(ladder, wishes, "song.flac", track)[0]]


def notes(wishes: AudioWishes, track: AudioTrack) -> tuple[str, ...]:
    return widen_audio_ladder(AAC, wishes, "song.flac", track)[1]


def test_nothing_is_added_unasked() -> None:
    assert widen_audio_ladder(AAC, AudioWishes(), "song.flac", sound()) == (AAC, ())


def test_what_is_asked_for_comes_after_aac_once() -> None:
    wishes = AudioWishes((AudioCodec.OPUS, AudioCodec.FLAC, AudioCodec.OPUS, AudioCodec.AAC), surround=True)
    assert names(wishes, sound(6)) == ["aac-96", "aac-160", "opus-128", "flac", "aac-6ch-384"]


def test_a_ladder_that_has_a_kind_already_is_left_alone() -> None:
    ladder = (*AAC, AudioRung(64_000, AudioCodec.OPUS))
    assert names(AudioWishes((AudioCodec.OPUS,)), sound(), ladder) == ["aac-96", "aac-160", "opus-64"]


def test_stereo_gets_no_surround_group_and_the_user_is_told() -> None:
    wishes = AudioWishes(surround=True)
    assert names(wishes, sound(2)) == ["aac-96", "aac-160"]
    assert notes(wishes, sound(2)) == ("song.flac: no surround group: its sound has 2 of the 6 channels of 5.1",)


def test_a_lossless_group_that_is_less_than_the_source_is_noted() -> None:
    flac = AudioWishes((AudioCodec.FLAC,))
    assert notes(flac, sound()) == ()
    assert notes(flac, sound(bit_depth=None)) == (
        "song.flac: its sound is lossy already (vorbis); the lossless group is as good as it, not better",
    )
    assert notes(flac, sound(channels=6)) == (
        "song.flac: its 6 channels are mixed down to stereo by ITU-R BS.775, without the LFE",
        "song.flac: the lossless group is its mix-down to stereo, not its 6 channels",
    )
    assert notes(flac, sound(rate=384_000)) == ("song.flac: the lossless group has 192000 Hz, not 384000",)
