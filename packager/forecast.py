"""What a package will weigh, reckoned before anything is encoded.

At a constant rate factor nobody knows the bit rate of a video beforehand: quiet films need a tenth of what noisy ones
need. Known are the cap, what the source itself spends, and what films usually need. Expected is the geometric mean of
the last two, or the cap where that is less: it came within a factor of two for 80 % of the rungs of 19 films of 0.4
to 300 s, and within three for 94 %. The source's rate alone: 77 and 85 %; the usual rate alone: 73 and 77 %.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil, sqrt

from packager.grid import AudioCuts
from packager.ladder import AudioRung, VideoRung
from packager.plan import PackagePlan
from packager.sources import VideoTrack

HOW = (
    "expected rates are reckoned from the source's own rate and from what films of that size usually need, and are "
    "right within a factor of two for four rungs of five; the cap holds for segments to within a tenth"
)

HOW_PROBED = (
    "expected rates of the pictures were found by encoding four stretches of 24 frames; the cap holds for segments to "
    "within a tenth"
)

# Bits go with a power of the picture's area: from 1 down to a fourteenth of it, films followed powers of 0.72 to 0.91.
_AREA_POWER = 0.8
# What films usually need at CRF 23 with x264 veryfast: bits for each pixel of 1280x720.
_USUAL_BITS, _USUAL_AREA, _USUAL_CRF = 0.025, 1280 * 720, 23
_CRF_STEPS_PER_DOUBLING = 6
# FFmpeg's AAC encoder overshoots: by 5 % at most in the average of songs over 3 s, by 3 % of the rest of them.
_AAC_OVERSHOOT = Fraction(105, 100)
# Of what the samples have, FLAC needed 52 % of a quiet song of 16 bit and 69 % of one of 24.
_FLAC_SHARE = Fraction(6, 10)
# Beside the coded pictures: a row of three numbers for each in `trun`, and two headers of 100 bytes a segment.
_ROW_BITS, _HEADER_BITS = 96, 1600
# Thumbnails took 0.3 to 4.2 KB a second in the same films; playlists, index and init segments 10 to 20 KB in all.
_THUMBNAIL_BPS, _REST_BYTES = 34_000, 20_000
# The cap may be exceeded by what its buffer holds, once.
_BUFFER_S = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The average bit rates expected of each rung, in the order of the plan, and the bytes of the whole package.

    `most_bytes`: when all rungs stay at their caps from the first second to the last.
    """

    video_bps: tuple[int, ...]
    audio_bps: tuple[int, ...]
    expected_bytes: int
    most_bytes: int


def forecast_package(plan: PackagePlan, picture: VideoTrack | None) -> Forecast:
    """What the package of this plan will weigh. `picture` is the video that its rungs are made of."""
    duration = plan.grid.duration
    video = tuple(_expect_video(rung, picture) for rung in plan.video_rungs) if picture else ()
    audio = tuple(map(partial(_expect_audio, plan), plan.audio_rungs, plan.audio_cuts))
    most_audio = sum(map(partial(_most_audio, plan), plan.audio_rungs, plan.audio_cuts))
    capped = sum(rung.cap_bps for rung in plan.video_rungs) * (duration + _BUFFER_S)
    beside = _beside(plan, picture)
    return Forecast(
        video_bps=video,
        audio_bps=audio,
        expected_bytes=ceil(sum(video + audio) * duration / 8 + beside),
        most_bytes=ceil((capped + most_audio * duration) / 8 + beside),
    )


def _beside(plan: PackagePlan, picture: VideoTrack | None) -> Fraction:
    """Bytes of all that is no coded sample."""
    grid, rungs = plan.grid, len(plan.video_rungs) + len(plan.audio_rungs)
    headers = Fraction(_HEADER_BITS * grid.segment_count * rungs)
    rows = _ROW_BITS * grid.frame_count * len(plan.video_rungs)
    thumbnails = _THUMBNAIL_BPS * grid.duration if picture else 0
    return (headers + rows + thumbnails) / 8 + _REST_BYTES


def _expect_video(rung: VideoRung, picture: VideoTrack) -> int:
    if rung.expected_bps is not None:
        return rung.expected_bps
    area = rung.width * rung.height
    of_source = picture.coded_bytes * 8 / picture.duration * _share(area, picture.width * picture.height)
    usual = _USUAL_BITS * picture.frame_rate * _USUAL_AREA * _share(area, _USUAL_AREA)
    finer = 2 ** ((_USUAL_CRF - rung.coding.crf) / _CRF_STEPS_PER_DOUBLING)
    return min(rung.cap_bps, max(1000, round(sqrt(of_source * usual) * finer)))


def _expect_audio(plan: PackagePlan, rung: AudioRung, cuts: AudioCuts) -> int:
    most_bps = _most_audio(plan, rung, cuts)
    return ceil(most_bps * _FLAC_SHARE) if rung.is_lossless else most_bps


def _most_audio(plan: PackagePlan, rung: AudioRung, cuts: AudioCuts) -> int:
    """What an encoder is asked for and some more; of lossless sound what it has before it is packed."""
    if rung.bitrate_bps is None:
        return cuts.clock.sample_rate_hz * rung.channels * plan.lossless_bits
    return ceil(rung.bitrate_bps * _AAC_OVERSHOOT)


def _share(area: int, of: int) -> float:
    return float((area / of) ** _AREA_POWER)
