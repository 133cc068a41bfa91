"""BANDWIDTH and AVERAGE-BANDWIDTH against the bytes on disk."""

from collections.abc import Iterator
from fractions import Fraction

from packager.lint.finding import Fault, Place
from packager.lint.playlists import MultivariantPlaylist, Variant, read_integer
from packager.lint.presentation import Presentation, Rates

# EXTINF to three decimals, the least that is in use, is off by up to 0.05 % on a segment of a second, and so are rates.
_ROUNDING = Fraction(1, 1000)
# Apple's authoring rules 1.26 and 1.27, for VOD.
_TOLERANCE = Fraction(1, 10)
# Apple's authoring rule 1.30.
_MAX_PEAK_TO_AVERAGE = 2


def _measured(presentation: Presentation) -> Iterator[tuple[MultivariantPlaylist, Variant, Rates]]:
    for playlist, variant in presentation.variants():
        rates = presentation.measure(playlist, variant)
        if rates is not None:
            yield playlist, variant, rates


def _show(rate_bps: Fraction | int) -> str:
    return f"{round(rate_bps):,} bit/s"


def find_low_bandwidths(presentation: Presentation) -> Iterator[Fault]:
    """BANDWIDTH below the measured peak."""
    for playlist, variant, rates in _measured(presentation):
        declared = variant.integer("BANDWIDTH")
        if declared is not None and declared * (1 + _ROUNDING) < rates.peak_bps:
            share = float(1 - declared / rates.peak_bps)
            found = f"BANDWIDTH={declared} is {share:.1%} below the peak"
            expected = f"measured {_show(rates.peak_bps)} ({rates.where})"
            yield Fault(_place(playlist, variant), found, expected, _write("BANDWIDTH", rates.peak_bps))


def find_high_bandwidths(presentation: Presentation) -> Iterator[Fault]:
    """BANDWIDTH of which more than a tenth is not used."""
    for playlist, variant, rates in _measured(presentation):
        declared = variant.integer("BANDWIDTH")
        if declared is not None and declared * (1 - _TOLERANCE) > rates.peak_bps:
            found = f"BANDWIDTH={declared}, over 10 % above the peak"
            expected = f"measured {_show(rates.peak_bps)} ({rates.where})"
            yield Fault(_place(playlist, variant), found, expected, _write("BANDWIDTH", rates.peak_bps))


def find_missing_averages(presentation: Presentation) -> Iterator[Fault]:
    """Variants without AVERAGE-BANDWIDTH."""
    for playlist, variant in presentation.variants():
        if variant.integer("AVERAGE-BANDWIDTH") is None and not variant.is_iframes_only:
            rates = presentation.measure(playlist, variant)
            mend = _write("AVERAGE-BANDWIDTH", rates.average_bps) if rates else "measure and write it"
            yield Fault(_place(playlist, variant), "no AVERAGE-BANDWIDTH", "AVERAGE-BANDWIDTH in whole bit/s", mend)


def find_wrong_averages(presentation: Presentation) -> Iterator[Fault]:
    """AVERAGE-BANDWIDTH more than a tenth off the measured average."""
    for playlist, variant, rates in _measured(presentation):
        declared = variant.integer("AVERAGE-BANDWIDTH")
        if declared is not None and abs(declared - rates.average_bps) > _TOLERANCE * rates.average_bps:
            found = f"AVERAGE-BANDWIDTH={declared}, over 10 % off"
            expected = f"measured {_show(rates.average_bps)}"
            yield Fault(_place(playlist, variant), found, expected, _write("AVERAGE-BANDWIDTH", rates.average_bps))


def find_averages_above_peaks(presentation: Presentation) -> Iterator[Fault]:
    """AVERAGE-BANDWIDTH above BANDWIDTH."""
    for playlist, variant in presentation.variants():
        average, peak = variant.integer("AVERAGE-BANDWIDTH"), variant.integer("BANDWIDTH")
        if average is not None and peak is not None and average > peak:
            found = f"AVERAGE-BANDWIDTH={average} above BANDWIDTH={peak}"
            yield Fault(_place(playlist, variant), found, "an average at most the peak", "measure both again")


def find_steep_peaks(presentation: Presentation) -> Iterator[Fault]:
    """Variants that peak above twice their average."""
    for playlist, variant, rates in _measured(presentation):
        if not variant.is_iframes_only and rates.peak_bps > _MAX_PEAK_TO_AVERAGE * rates.average_bps:
            found = f"peak {_show(rates.peak_bps)} ({rates.where})"
            expected = f"at most twice the average, {_show(rates.average_bps)}"
            yield Fault(_place(playlist, variant), found, expected, "encode with a lower maxrate")


def find_wrong_bitrate_tags(presentation: Presentation) -> Iterator[Fault]:
    """Segments off the EXT-X-BITRATE before them by more than a tenth, the first of each playlist.

    RFC8216bis section 4.4.4.8: it does not apply to segments with a byte range.
    """
    for stream in presentation.streams.values():
        tags = stream.playlist.lexed.tags("EXT-X-BITRATE")
        for part in stream.parts:
            tag = next((tag for tag in reversed(tags) if tag.line < part.segment.line), None)
            kbps = read_integer(tag.value) if tag else None
            if kbps is None or not part.segment.duration_s or not part.size_bytes or part.segment.byte_range:
                continue
            rate_bps = part.size_bytes * 8 / part.segment.duration_s
            if abs(rate_bps - kbps * 1000) > _TOLERANCE * kbps * 1000:
                place = stream.place(part.segment.line, part.segment.start_s)
                found = f"a segment of {_show(rate_bps)} under EXT-X-BITRATE:{kbps}"
                mend = f"write #EXT-X-BITRATE:{round(rate_bps / 1000)} before it"
                yield Fault(place, found, "90 to 110 % of it", mend)
                break


def _place(playlist: MultivariantPlaylist, variant: Variant) -> Place:
    return Place(playlist.file, variant.line)


def _write(name: str, rate_bps: Fraction) -> str:
    return f"write {name}={-(-rate_bps // 1)}"
