from dataclasses import replace

from outcome_specimen import HOLED_EVENTS, SCENARIO, SMOOTH_EVENTS, make_outcome, smooth_outcome
from rich.console import Console

from simulator.outcome import Outcome
from simulator.table import print_outcome


def printed(outcome: Outcome, width: int = 80) -> list[str]:
    console = Console(width=width, record=True, force_terminal=False, quiet=False, file=_Nowhere())
    print_outcome(outcome, console)
    return [line.rstrip() for line in console.export_text().splitlines()]


class _Nowhere:
    """A file that is no terminal and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


def test_a_good_session_reads_from_its_flips_to_its_verdict() -> None:
    assert printed(smooth_outcome()) == [
        "commuter: out/song, virtual, link commute",
        "",
        "                picture      samples                  loudest   A/V",
        "#    song to      after rung missing repeated wrong      seam    ms verdict",
        "───────────────────────────────────────────────────────────────────────────",
        "1 0:02.00 video  0.50 s 240p       0        0     0 bit-exact +12.5 ok",
        "2 0:07.00 audio       - -          0        0     0 bit-exact     - ok",
        "",
        "measure                               value          limit   verdict",
        "────────────────────────────────────────────────────────────────────",
        "audio_missing_samples                     0           <= 0   ok",
        "audio_repeated_samples                    0           <= 0   ok",
        "audio_wrong_samples                       0           <= 0   ok",
        "video_lost_frames                         0           <= 0   ok",
        "video_doubled_frames                      0           <= 0   ok",
        "video_wrong_frames                        0           <= 0   ok",
        "seam_click_db (worst)    nothing to measure        <= 3 dB   ok",
        "av_offset_ms (worst)                12.5 ms   -40 .. 60 ms   ok",
        "tap_to_picture_s (p95)                0.5 s         <= 1 s   ok",
        "rebuffer_s                              0 s         <= 0 s   ok",
        "rebuffer_count                            0           <= 0   ok",
        "",
        "Nobody heard it: 2 flips, 0 samples missing, 0 repeated, 0 wrong, of 480,000 heard.",
    ]


def test_a_bad_session_ends_with_its_reasons() -> None:
    lines = printed(make_outcome(SMOOTH_EVENTS, missing_samples=1024))
    assert lines[-2:] == [
        "It was heard: 2 flips, 1,024 samples missing, 0 repeated, 0 wrong, of 480,000 heard.",
        "  audio_missing_samples is 1,024, the limit is <= 0",
    ]
    assert "1 0:02.00 video  0.50 s 240p   1,024        0     0 bit-exact +12.5 BROKEN" in lines


def test_a_hole_in_the_sound_stands_in_the_row_of_its_flip() -> None:
    lines = printed(make_outcome(HOLED_EVENTS))
    assert "1 0:02.00 video  0.50 s 240p       0        0     0 29 ms hole +12.5 BROKEN" in lines


def test_names_are_printed_as_they_are_not_as_markup() -> None:
    assert printed(smooth_outcome("[red]tram[/red]"))[0].startswith("[red]tram[/red]: out/song")


def test_tables_keep_within_80_columns_even_when_every_figure_is_wide() -> None:
    outcome = make_outcome(SMOOTH_EVENTS, SCENARIO, 123_456, click_db=-12.5, av_offset_ms=-123.4)
    wide = replace(outcome, proof=replace(outcome.proof, repeated_samples=99))
    flips = [line for line in printed(wide) if " video " in line]
    assert flips == ["1 0:02.00 video  0.50 s 240p 123,456        0     0  -12.5 dB -123.4 BROKEN"]
