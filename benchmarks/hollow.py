"""Packages that look real to a player: true playlists, and bodies of the right size with nothing in them."""

from pathlib import Path

SEGMENT_S = 3.84
AUDIO_BPS = {"aac-96": 96_000, "aac-160": 160_000, "aac-256": 256_000}
VIDEO_BPS = {"240p": 250_000, "360p": 600_000, "480p": 1_200_000, "720p": 2_500_000}


def write_hollow_package(root: Path, segments: int = 16) -> Path:
    """A package of `segments` segments of 3.84 s, three audio and four video rungs, zeros for media."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7"]
    for name, bps in AUDIO_BPS.items():
        lines.append(f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{name}",NAME="Song",URI="audio/{name}/playlist.m3u8"')
        _write_rung(root / "audio" / name, bps, segments)
    for (name, bps), sound in zip(VIDEO_BPS.items(), ("aac-96", "aac-96", "aac-160", "aac-256"), strict=True):
        total = bps + AUDIO_BPS[sound]
        lines.append(
            f'#EXT-X-STREAM-INF:BANDWIDTH={total},AVERAGE-BANDWIDTH={total},CODECS="avc1.64001f,mp4a.40.2",'
            f'RESOLUTION=426x240,AUDIO="{sound}"'
        )
        lines.append(f"video/{name}/playlist.m3u8")
        _write_rung(root / "video" / name, bps, segments)
    for name, bps in AUDIO_BPS.items():
        lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={bps},AVERAGE-BANDWIDTH={bps},CODECS="mp4a.40.2",AUDIO="{name}"')
        lines.append(f"audio/{name}/playlist.m3u8")
    (root / "master.m3u8").write_text("\n".join(lines) + "\n")
    return root


def _write_rung(folder: Path, bps: int, segments: int) -> None:
    folder.mkdir(parents=True)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:4", '#EXT-X-MAP:URI="init.mp4"']
    (folder / "init.mp4").write_bytes(bytes(700))
    for number in range(segments):
        lines += [f"#EXTINF:{SEGMENT_S:.6f},", f"{number:05}.m4s"]
        (folder / f"{number:05}.m4s").write_bytes(bytes(int(bps * SEGMENT_S / 8)))
    (folder / "playlist.m3u8").write_text("\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n")
