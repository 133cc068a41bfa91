"""The choice of variants: their rates, pictures, colours and scores, and what devices can decode."""

import re
from collections.abc import Iterator
from fractions import Fraction

from packager.lint.finding import Fault, Place, Profile
from packager.lint.media import MediaTrack
from packager.lint.playlists import MultivariantPlaylist, Variant, read_decimal
from packager.lint.presentation import Presentation

# Apple's authoring rule iOS 9.21.
_CELLULAR_BPS = 192_000
# Apple's authoring rules 1.32 and iOS 1.32b: the variant to start with, on Wi-Fi and on a cellular network.
_FIRST_BPS = (2_000_000, 730_000)
# "About": Apple's own example of fMP4 begins with 2,215,219 bit/s. Another must be as near as two encodes with one
# target come, to be held against the first.
_ABOUT, _NEAR = Fraction(1, 8), Fraction(1, 20)
# The smallest picture of Apple's ladder is 416 x 234; below it there is nothing smaller to offer.
_SMALLEST_LADDER_HEIGHT = 234
_MAX_FRAME_RATE = 60
# Coded sizes are even, so that each side of the smaller picture may be off by up to two pixels.
_SIDE_SLACK = 2
_H264_PROFILES = frozenset({0x42, 0x4D, 0x64})
_H264_LEVELS = {Profile.MOBILE: 52, Profile.TV: 51}


def _place(playlist: MultivariantPlaylist, variant: Variant) -> Place:
    return Place(playlist.file, variant.line)


def _pictures(presentation: Presentation, playlist: MultivariantPlaylist) -> tuple[Variant, ...]:
    return tuple(v for v in playlist.playable if presentation.has_picture(playlist, v))


def _size(variant: Variant) -> tuple[int, int] | None:
    found = re.fullmatch(r"([0-9]{1,9})x([0-9]{1,9})", variant.get("RESOLUTION") or "")
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    return size if min(size) > 0 else None


def _video(presentation: Presentation, playlist: MultivariantPlaylist, variant: Variant) -> MediaTrack | None:
    stream = presentation.stream(playlist, variant.uri)
    return next((track for track in stream.tracks if track.kind == "video"), None) if stream else None


def _video_range(presentation: Presentation, playlist: MultivariantPlaylist, variant: Variant) -> str | None:
    """SDR, PQ or HLG as the init segment says; None where it says nothing."""
    stream = presentation.stream(playlist, variant.uri)
    shapes = [part.init.shape for part in stream.parts if part.init and part.init.shape] if stream else []
    ranges = (track.video_range for shape in shapes for track in shape.tracks if track.is_picture)
    return next((each for each in ranges if each), None)


def find_missing_ranges(presentation: Presentation) -> Iterator[Fault]:
    """Variants without VIDEO-RANGE where not all pictures are SDR."""
    for playlist in presentation.multivariants:
        pictures = [v for v in playlist.variants if presentation.has_picture(playlist, v)]
        ranges = {v.get("VIDEO-RANGE") or _video_range(presentation, playlist, v) or "SDR" for v in pictures}
        for variant in pictures:
            if ranges - {"SDR"} and variant.get("VIDEO-RANGE") is None:
                own = _video_range(presentation, playlist, variant) or "SDR"
                expected = "it on all video variants unless all are SDR"
                yield Fault(_place(playlist, variant), "no VIDEO-RANGE", expected, f"add VIDEO-RANGE={own}")


def find_wrong_ranges(presentation: Presentation) -> Iterator[Fault]:
    """VIDEO-RANGE that is not what the init segment's colours say."""
    for playlist in presentation.multivariants:
        for variant in playlist.variants:
            written, own = variant.get("VIDEO-RANGE"), _video_range(presentation, playlist, variant)
            if written is not None and own is not None and written != own:
                expected = f"{own}, as colr in the init segment says"
                mend = f"write VIDEO-RANGE={own}"
                yield Fault(_place(playlist, variant), f"VIDEO-RANGE={written[:40]}", expected, mend)


def find_partial_scores(presentation: Presentation) -> Iterator[Fault]:
    """Variants without SCORE beside others that have it."""
    for playlist in presentation.multivariants:
        bare = [variant for variant in playlist.playable if variant.get("SCORE") is None]
        if bare and len(bare) < len(playlist.playable):
            expected = "SCORE on all variants or on none, or it is ignored"
            mend = "score every variant"
            yield Fault(_place(playlist, bare[0]), f"{len(bare)} variants without SCORE", expected, mend)


def find_odd_scores(presentation: Presentation) -> Iterator[Fault]:
    """Variants of a better picture at a higher rate than another of the same codecs, and of a lower SCORE."""
    for playlist in presentation.multivariants:
        scored = [(v, score, _size(v)) for v in playlist.playable if (score := read_decimal(v.get("SCORE") or ""))]
        for variant, score, size in scored:
            for other, higher, other_size in scored:
                is_alike = _codes(variant) == _codes(other) and size and other_size
                is_better = (variant.integer("BANDWIDTH") or 0) > (other.integer("BANDWIDTH") or 0)
                if is_alike and is_better and score < higher and min(size or ()) > min(other_size or ()):
                    found = f"SCORE={variant.get('SCORE')}"
                    expected = f"more than the {other.get('SCORE')} of line {other.line}, a smaller picture"
                    yield Fault(_place(playlist, variant), found, expected, "score variants by how good they look")
                    break


def _codes(variant: Variant) -> set[str]:
    return {codec.partition(".")[0] for codec in variant.codecs}


def find_lonely_pictures(presentation: Presentation) -> Iterator[Fault]:
    """Playlists with one video bit rate only, though a smaller picture could be offered."""
    for playlist in presentation.multivariants:
        pictures = _pictures(presentation, playlist)
        rates = {variant.integer("BANDWIDTH") for variant in pictures}
        height = max((size[1] for variant in pictures if (size := _size(variant))), default=0)
        if len(rates) == 1 and height > _SMALLEST_LADDER_HEIGHT:
            found = f"one video bit rate, of {height} lines"
            mend = "encode smaller rungs too"
            yield Fault(_place(playlist, pictures[0]), found, "several video bit rates", mend)


def find_odd_first_variants(presentation: Presentation) -> Iterator[Fault]:
    """Playlists that have a variant of the rate to start with, in the codecs of the first, and start with another."""
    for playlist in presentation.multivariants:
        rated = [v for v in _pictures(presentation, playlist) if v.integer("BANDWIDTH")]
        rates = [v.integer("BANDWIDTH") or 0 for v in rated if _codes(v) == _codes(rated[0])]
        fit = [rate for rate in rates if _is_start(rate, _NEAR)]
        if fit and not _is_start(rates[0], _ABOUT):
            first = next(v for v in _pictures(presentation, playlist) if v.integer("BANDWIDTH"))
            found = f"the first video variant has BANDWIDTH={rates[0]}"
            expected = "about 2000 kbit/s first, or about 730 for cellular networks"
            mend = f"put the variant of {fit[0]:,} bit/s first"
            yield Fault(_place(playlist, first), found, expected, mend)


def _is_start(rate_bps: int, slack: Fraction) -> bool:
    return any(abs(rate_bps - due) <= due * slack for due in _FIRST_BPS)


def find_heavy_ladders(presentation: Presentation) -> Iterator[Fault]:
    """Playlists for phones that have nothing for a poor cellular network. Of our own, that is master.m3u8."""
    for playlist in presentation.multivariants:
        rates = [rate for variant in playlist.playable if (rate := variant.integer("BANDWIDTH"))]
        is_for_phones = playlist.file == "master.m3u8" or not presentation.is_ours
        if is_for_phones and rates and min(rates) > _CELLULAR_BPS:
            lightest = next(v for v in playlist.playable if v.integer("BANDWIDTH") == min(rates))
            expected = f"a variant of at most {_CELLULAR_BPS:,} bit/s"
            mend = "add an audio-only variant"
            yield Fault(_place(playlist, lightest), f"at least {min(rates):,} bit/s", expected, mend)


def find_different_aspects(presentation: Presentation) -> Iterator[Fault]:
    """Pictures of another shape than the largest."""
    for playlist in presentation.multivariants:
        sized = [(size, v) for v in _pictures(presentation, playlist) if (size := _size(v))]
        (width, height), _ = max(sized, default=((1, 1), None), key=lambda each: each[0])
        for (own_width, own_height), variant in sized:
            off = abs(own_width - Fraction(own_height * width, height))
            if off > _SIDE_SLACK * max(Fraction(1), Fraction(width, height)):
                found = f"RESOLUTION={own_width}x{own_height}"
                expected = f"the shape of {width}x{height}"
                yield Fault(_place(playlist, variant), found, expected, "scale without cropping or stretching")


def find_high_frame_rates(presentation: Presentation) -> Iterator[Fault]:
    """FRAME-RATE over 60."""
    for playlist, variant in presentation.variants():
        rate = read_decimal(variant.get("FRAME-RATE") or "")
        if rate is not None and rate > _MAX_FRAME_RATE:
            found = f"FRAME-RATE={variant.get('FRAME-RATE')}"
            yield Fault(_place(playlist, variant), found, f"at most {_MAX_FRAME_RATE}", "halve the frame rate")


def find_high_levels(presentation: Presentation) -> Iterator[Fault]:
    """H.264 of a profile or level that Apple's devices do not promise to decode."""
    most = _H264_LEVELS.get(presentation.profile, 52)
    for playlist, variant in presentation.variants():
        track = _video(presentation, playlist, variant)
        if track is None or not re.fullmatch(r"avc[13]\.[0-9A-F]{6}", track.codec):
            continue
        profile, level = int(track.codec[5:7], 16), int(track.codec[9:11], 16)
        if profile not in _H264_PROFILES or level > most:
            expected = f"Baseline, Main or High and at most level {most / 10}"
            yield Fault(_place(playlist, variant), track.codec, expected, "encode with a lower profile or level")


def find_in_band_codecs(presentation: Presentation) -> Iterator[Fault]:
    """Video whose parameter sets are in the segments."""
    for playlist, variant in presentation.variants():
        track = _video(presentation, playlist, variant)
        code = track.codec.partition(".")[0] if track else ""
        if code in {"avc3", "hev1"}:
            better = {"avc3": "avc1", "hev1": "hvc1"}[code]
            mend = "write the parameter sets into the init segment"
            yield Fault(_place(playlist, variant), f"sample entry {code}", better, mend)
