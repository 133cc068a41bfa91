"""Whole real songs through the lossless group: what a stranger decodes of the package is what the source decodes to."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from packager.audiogroups import AudioWishes
from packager.build import build_package
from packager.ladder import AudioCodec
from packager.wishes import PackageWishes

ROOT = Path(__file__).parent.parent.parent
MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not MEDIA.is_dir(), reason=f"no media corpus at {MEDIA} (MIDNOTE_MEDIA names another place)"),
]


def decode(source: str | BytesIO) -> Iterator[NDArray[np.generic]]:
    with av.open(source) as container:
        for frame in container.decode(audio=0):
            yield frame.to_ndarray().reshape(-1, frame.layout.nb_channels)


@pytest.mark.parametrize(
    ("name", "samples", "rate"),
    [("freecol_tailwind.flac", 5_997_600, 44_100), ("flac-suite_28_hires-24-96.flac", 838_036, 96_000)],
)
def test_a_whole_song_comes_back_bit_for_bit(name: str, samples: int, rate: int, tmp_path: Path) -> None:
    song = MEDIA / "songs" / name
    index = build_package(song, None, tmp_path / "package", PackageWishes(audio=AudioWishes((AudioCodec.FLAC,))))
    rung = tmp_path / "package/audio/flac"
    parts = [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]
    packaged = np.concatenate(list(decode(BytesIO(b"".join(part.read_bytes() for part in parts)))))
    source = np.concatenate(list(decode(str(song))))
    assert len(source) == samples
    assert index.audio_rungs[-1].sample_rate_hz == rate
    assert packaged.dtype == source.dtype
    assert np.array_equal(packaged[:samples], source)
    assert not packaged[samples:].any()
