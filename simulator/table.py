"""A session's outcome on a terminal: flips, limits, the verdict. Reads the same without colours, in 80 columns."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator import figures
from simulator.outcome import FlipResult, FlipState, Outcome, SongResult, find_headline
from simulator.verdict import Judgement, describe_limit

# What is left of 80 columns for the name of a song.
_NAME_WIDTH = 10
_STYLES = {FlipState.KEPT: "green", FlipState.BROKEN: "bold red", FlipState.CUT_SHORT: "dim"}


def print_outcome(outcome: Outcome, console: Console) -> None:
    """Print a session's flips, its limits, and the verdict as the last lines."""
    where = f"{outcome.name}: {outcome.place}, {outcome.session.driver}, link {outcome.link_name}"
    console.print(Text(where, style="bold"), soft_wrap=True)
    console.print()
    if outcome.metrics.songs:
        console.print(_song_table(outcome))
        console.print()
    if outcome.metrics.flips:
        console.print(_flip_table(outcome))
        console.print()
    console.print(_limit_table(outcome))
    console.print()
    _print_verdict(outcome, console)


def print_pair(before: Outcome, after: Outcome, console: Console) -> None:
    """Print two sessions beside each other: limits, then the usual figures, then both verdicts."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("measure")
    for name in ("before", "after"):
        table.add_column(name, justify="right")
    table.add_column("limit of after", justify="right")
    earlier = {j.limit.name: j for j in before.verdict.judgements}
    for judgement in after.verdict.judgements:
        one = earlier.get(judgement.limit.name)
        table.add_row(
            _measure(judgement), _judged(one) if one else figures.NONE, _judged(judgement),
            describe_limit(judgement.limit),
        )  # fmt: skip
    figures_before = figures.list_figures(before.metrics, before.qoe)
    figures_after = figures.list_figures(after.metrics, after.qoe)
    for (name, value, _), (_, other, _) in zip(figures_before, figures_after, strict=True):
        table.add_row(name, value, other, "")
    console.print(table)
    console.print()
    for outcome in (before, after):
        console.print(Text(outcome.name, style="bold"), soft_wrap=True)
        _print_verdict(outcome, console)


def _judged(judgement: Judgement) -> Text:
    return Text(figures.format_value(judgement), style="" if judgement.is_kept else "bold red")


def _song_table(outcome: Outcome) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    for name in ("#", "song", "from", "by", "sound\nafter", "picture\nafter", "played", "samples\nmissing",
                 "\nrepeated", "\nwrong", "verdict"):  # fmt: skip
        is_word = name in {"song", "by", "verdict"}
        widest = _NAME_WIDTH if name == "song" else None
        table.add_column(
            name, justify="left" if is_word else "right", no_wrap=True, vertical="bottom", max_width=widest
        )
    for result in outcome.song_results():
        state = FlipState.BROKEN if result.broken else FlipState.KEPT
        table.add_row(*_song_cells(result), Text(state.value, style=_STYLES[state]))
    return table


def _song_cells(result: SongResult) -> tuple[str, ...]:
    song, proof = result.played, result.proof
    counts = None if proof is None else (proof.missing_samples, proof.repeated_samples, proof.wrong_samples)
    return (
        f"{song.number}",
        _plain(song.name),
        figures.NONE if song.began_at_us is None else figures.format_song_time(song.began_at_us),
        figures.format_arrival(song),
        figures.format_song_wait(song),
        figures.format_song_picture(song),
        figures.format_song_time(song.played_us),
        *((figures.NONE,) * 3 if counts is None else (f"{count:,}" for count in counts)),
    )


def _flip_table(outcome: Outcome) -> Table:
    # One space between columns, and units in the headings: a pipe gives 80 columns, and all of it must fit there.
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    for name in ("#", "song", "to", "picture\nafter", "rung", "samples\nmissing", "\nrepeated", "\nwrong",
                 "loudest\nseam", "A/V\nms", "verdict"):  # fmt: skip
        is_word = name in {"to", "rung", "verdict"}
        table.add_column(name, justify="left" if is_word else "right", no_wrap=True, vertical="bottom")
    for result in outcome.flip_results():
        cells = _flip_cells(result, of_several=bool(outcome.metrics.songs))
        table.add_row(*cells, Text(result.state.value, style=_STYLES[result.state]))
    return table


def _flip_cells(result: FlipResult, *, of_several: bool) -> tuple[str, ...]:
    proof, flip = result.proof, result.proof.flip
    return (
        f"{flip.number}",
        figures.format_tap_place(flip, of_several=of_several),
        flip.wants.value,
        figures.format_picture_wait(flip),
        _plain(flip.rung or figures.NONE),
        f"{proof.missing_samples:,}",
        f"{proof.repeated_samples:,}",
        f"{proof.wrong_samples:,}",
        figures.format_flip_seam(proof),
        figures.format_offset(proof.av_offset_ms).removesuffix(" ms"),
    )


def _limit_table(outcome: Outcome) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("limit", justify="right")
    table.add_column("verdict")
    for judgement in outcome.verdict.judgements:
        table.add_row(
            _measure(judgement),
            figures.format_value(judgement),
            describe_limit(judgement.limit),
            Text("ok", style="green") if judgement.is_kept else Text("BROKEN", style="bold red"),
        )
    return table


def _measure(judgement: Judgement) -> str:
    of = judgement.limit.of
    return judgement.limit.name if of == "sum" else f"{judgement.limit.name} ({of})"


def _print_verdict(outcome: Outcome, console: Console) -> None:
    headline = find_headline([outcome])
    style = "bold green" if headline.is_good else "bold red"
    console.print(Text.assemble((f"{headline.title}: ", style), headline.detail), soft_wrap=True)
    for reason in headline.reasons:
        console.print(Text(f"  {reason}"), soft_wrap=True)


def _plain(text: str) -> str:
    """A name from a package, kept from being read as markup."""
    return text.replace("[", r"\[")
