"""What an EXT-X-STREAM-INF says of its variant, besides bit rates and codecs."""

import re
from collections.abc import Iterator
from fractions import Fraction

from packager.lint.finding import Fault, Place, Profile
from packager.lint.playlists import MultivariantPlaylist, Variant, read_decimal
from packager.lint.presentation import Presentation

# FRAME-RATE is rounded to three decimals (RFC8216bis section 4.4.6.2).
_FRAME_RATE_STEP = Fraction(1, 1000)


def _place(playlist: MultivariantPlaylist, variant: Variant) -> Place:
    return Place(playlist.file, variant.line)


def _pictures(presentation: Presentation) -> Iterator[tuple[MultivariantPlaylist, Variant]]:
    """The variants with a picture, I-frame ones included."""
    for playlist, variant in presentation.variants():
        if presentation.has_picture(playlist, variant):
            yield playlist, variant


def find_incomplete_variants(presentation: Presentation) -> Iterator[Fault]:
    """Variants without BANDWIDTH or without a URI."""
    for playlist, variant in presentation.variants():
        place = _place(playlist, variant)
        if variant.integer("BANDWIDTH") is None:
            written = variant.get("BANDWIDTH")
            found = "no BANDWIDTH" if written is None else f"BANDWIDTH={written[:40]}"
            yield Fault(place, found, "BANDWIDTH in whole bit/s", "measure the peak rate and write it")
        if variant.uri is None:
            expected = "a URI attribute" if variant.is_iframes_only else "a URI in the line after it"
            yield Fault(place, f"{variant.tag.name} without URI", expected, "name the variant's media playlist")


def find_nested_variants(presentation: Presentation) -> Iterator[Fault]:
    """URIs that lead to multivariant playlists instead of media playlists."""
    multivariants = {playlist.file for playlist in presentation.multivariants}
    for playlist, variant in presentation.variants():
        if variant.uri is not None and presentation.resolve(playlist.file, variant.uri) in multivariants:
            place = Place(playlist.file, variant.uri_line)
            yield Fault(
                place, f"{variant.uri} is a multivariant playlist", "a media playlist", "name the media playlist"
            )


def find_missing_resolutions(presentation: Presentation) -> Iterator[Fault]:
    """Video variants without a readable RESOLUTION."""
    for playlist, variant in _pictures(presentation):
        written = variant.get("RESOLUTION")
        if written is None or not re.fullmatch(r"[0-9]{1,9}x[0-9]{1,9}", written):
            found = "no RESOLUTION" if written is None else f"RESOLUTION={written[:40]}"
            yield Fault(_place(playlist, variant), found, "width x height in pixels", "add RESOLUTION=<width>x<height>")


def find_missing_frame_rates(presentation: Presentation) -> Iterator[Fault]:
    """Video variants without FRAME-RATE."""
    for playlist, variant in _pictures(presentation):
        if not variant.is_iframes_only and variant.get("FRAME-RATE") is None:
            mend = "add FRAME-RATE with three decimals, as in 25.000"
            yield Fault(_place(playlist, variant), "no FRAME-RATE", "FRAME-RATE on video variants", mend)


def find_rough_frame_rates(presentation: Presentation) -> Iterator[Fault]:
    """A FRAME-RATE that has not three decimals."""
    for playlist, variant in presentation.variants():
        written = variant.get("FRAME-RATE")
        if written is not None and not variant.is_iframes_only and not re.fullmatch(r"[0-9]{1,6}\.[0-9]{3}", written):
            found = f"FRAME-RATE={written[:40]}"
            yield Fault(_place(playlist, variant), found, "three decimals", "round it to three decimals, as in 29.970")


def find_wrong_frame_rates(presentation: Presentation) -> Iterator[Fault]:
    """FRAME-RATE that is not the constant rate of the picture; the last segment may be cut short and is left out."""
    for playlist, variant in presentation.variants():
        stream, written = presentation.stream(playlist, variant.uri), read_decimal(variant.get("FRAME-RATE") or "")
        rates = {part.frame_rate() for part in stream.parts[:-1]} if stream else set()
        rate = next(iter(rates)) if len(rates) == 1 else None
        if rate is None or written is None or variant.is_iframes_only or abs(written - rate) < _FRAME_RATE_STEP:
            continue
        found, expected = f"FRAME-RATE={variant.get('FRAME-RATE')}", f"{float(rate):.3f}, as long as the samples last"
        yield Fault(_place(playlist, variant), found, expected, f"write FRAME-RATE={float(rate):.3f}")


def find_wrong_resolutions(presentation: Presentation) -> Iterator[Fault]:
    """RESOLUTION that is neither the size of the coded picture nor that at which it is shown."""
    for playlist, variant in presentation.variants():
        stream, written = presentation.stream(playlist, variant.uri), variant.get("RESOLUTION")
        tracks = [track for track in stream.tracks if track.kind == "video"] if stream else []
        sizes = {f"{width}x{height}" for track in tracks for width, height in (track.size, track.shown)}
        if written and tracks and written not in sizes:
            width, height = tracks[0].size
            found, expected = f"RESOLUTION={written[:20]}", f"{width}x{height}, as the init segment says"
            yield Fault(_place(playlist, variant), found, expected, f"write RESOLUTION={width}x{height}")


def find_iframe_frame_rates(presentation: Presentation) -> Iterator[Fault]:
    """FRAME-RATE where it may not be."""
    for playlist, variant in presentation.variants():
        if variant.is_iframes_only and variant.get("FRAME-RATE") is not None:
            found = f"FRAME-RATE={str(variant.get('FRAME-RATE'))[:40]} on {variant.tag.name}"
            yield Fault(_place(playlist, variant), found, "no FRAME-RATE there", "remove it")


def find_pictures_on_audio(presentation: Presentation) -> Iterator[Fault]:
    """Audio-only variants that promise a picture."""
    for playlist, variant in presentation.variants():
        written = [name for name in ("RESOLUTION", "FRAME-RATE", "VIDEO-RANGE") if variant.get(name) is not None]
        if written and presentation.is_audio_only(playlist, variant):
            found = f"{' and '.join(written)} on an audio-only variant"
            yield Fault(
                _place(playlist, variant), found, "neither without video", "remove it, or name the video playlist"
            )


def find_audio_only_on_tv(presentation: Presentation) -> Iterator[Fault]:
    """Audio-only variants in playlists meant for television. In our own packages that is tv.m3u8, and no other."""
    for playlist, variant in presentation.variants():
        is_tv = playlist.file == "tv.m3u8" if presentation.is_ours else presentation.profile is Profile.TV
        if is_tv and presentation.is_audio_only(playlist, variant):
            expected, mend = "video in every variant on tvOS", "leave it out here, keep it in the playlist for phones"
            yield Fault(_place(playlist, variant), f"{variant.uri} is audio only", expected, mend)


def find_dependent_segments(presentation: Presentation) -> Iterator[Fault]:
    """Video playlists of which nobody says that their segments stand alone."""
    for playlist in presentation.multivariants:
        if playlist.lexed.tags("EXT-X-INDEPENDENT-SEGMENTS"):
            continue
        for stream in presentation.faces(playlist):
            if stream.kind == "video" and not stream.playlist.first("EXT-X-INDEPENDENT-SEGMENTS"):
                expected = f"it here or in {playlist.file}"
                yield Fault(stream.place(1), "no EXT-X-INDEPENDENT-SEGMENTS", expected, f"add it to {playlist.file}")


def find_unsaid_independence(presentation: Presentation) -> Iterator[Fault]:
    """Multivariant playlists that leave EXT-X-INDEPENDENT-SEGMENTS to each media playlist."""
    for playlist in presentation.multivariants:
        streams = [stream for stream in presentation.faces(playlist) if stream.kind == "video"]
        is_said_below = all(stream.playlist.first("EXT-X-INDEPENDENT-SEGMENTS") for stream in streams)
        if streams and is_said_below and not playlist.lexed.tags("EXT-X-INDEPENDENT-SEGMENTS"):
            found = "EXT-X-INDEPENDENT-SEGMENTS only in the media playlists"
            yield Fault(Place(playlist.file, 1), found, "it in the multivariant playlist", "add it here")
