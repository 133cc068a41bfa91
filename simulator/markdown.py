"""Outcomes as Markdown: the page that a CI server shows beside a run (GitHub: $GITHUB_STEP_SUMMARY)."""

import re
from collections.abc import Iterator, Sequence

from simulator import figures
from simulator.outcome import Outcome, find_headline
from simulator.verdict import describe_limit


def render_markdown(outcomes: Sequence[Outcome]) -> str:
    """The verdict, then for each session its broken limits and its flips. Needs at least one outcome."""
    headline = find_headline(outcomes)
    lines = [f"## midnote: {headline.title}", "", headline.detail, ""]
    lines += [f"- {_escape(reason)}" for reason in headline.reasons]
    for outcome in outcomes:
        lines += ["", *_session(outcome)]
    return "\n".join(lines) + "\n"


def _session(outcome: Outcome) -> Iterator[str]:
    mark = "✅" if outcome.verdict.is_good else "❌"
    yield f"### {mark} {_escape(outcome.name)}"
    yield f"{_escape(outcome.place)}, {outcome.session.driver}, link {_escape(outcome.link_name)}"
    yield ""
    yield from _table(
        ("Measure", "Value", "Limit", ""),
        (
            (f"`{j.limit.name}`", figures.format_value(j), describe_limit(j.limit), "ok" if j.is_kept else "**broken**")
            for j in outcome.verdict.judgements
        ),
    )
    if outcome.metrics.songs:
        yield ""
        yield from _table(
            ("Song", "Name", "From", "By", "Sound after", "Picture after", "Played", "Over", "Verdict"),
            (
                (
                    str(result.played.number),
                    result.played.name,
                    figures.NONE
                    if result.played.began_at_us is None
                    else figures.format_song_time(result.played.began_at_us),
                    figures.format_arrival(result.played),
                    figures.format_song_wait(result.played),
                    figures.format_song_picture(result.played),
                    figures.format_song_time(result.played.played_us),
                    figures.format_departure(result.played),
                    "BROKEN" if result.broken else "ok",
                )
                for result in outcome.song_results()
            ),
        )
    if outcome.metrics.flips:
        yield ""
        yield from _table(
            ("Flip", "Song", "To", "Picture after", "Rung", "Seam", "Verdict"),
            (
                (
                    str(result.proof.flip.number),
                    figures.format_tap_place(result.proof.flip, of_several=bool(outcome.metrics.songs)),
                    result.proof.flip.wants.value,
                    figures.format_picture_wait(result.proof.flip),
                    result.proof.flip.rung or figures.NONE,
                    figures.format_flip_seam(result.proof),
                    result.state.value,
                )
                for result in outcome.flip_results()
            ),
        )


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(map(_escape, row)) + " |"


def _escape(text: str) -> str:
    """Names come from outside: none of them starts a column, a tag or a new line."""
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text.replace("|", "\\|").replace("\n", " "))
