"""Fills the page's template with what the outcomes say."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from simulator import figures
from simulator.metrics import Flip
from simulator.outcome import FlipResult, FlipState, Headline, Outcome, SongResult, count, find_headline
from simulator.report.chart import Chart, draw_chart
from simulator.report.waveform import Waveform, draw_seams
from simulator.song_timeline import trace_play
from simulator.verdict import Judgement, describe_limit

# What the drivers are called on the page.
_DRIVERS = {"virtual": "in virtual time", "live": "over HTTP in real time"}


@dataclass(frozen=True, slots=True)
class SessionView:
    """What the template needs to know of one session."""

    number: int
    outcome: Outcome
    headline: Headline
    driver: str
    songs: tuple[SongResult, ...]
    flips: tuple[FlipResult, ...]
    figures: tuple[tuple[str, str, str], ...]
    chart: Chart
    waveforms: tuple[Waveform, ...]

    @property
    def anchor(self) -> str:
        """The id of its section in the page."""
        return f"session-{self.number}"

    @property
    def slowest_picture_s(self) -> float | None:
        """The longest wait from a tap to its picture; None when no picture came."""
        return max((s for flip in self.outcome.metrics.flips if (s := flip.tap_to_picture_s) is not None), default=None)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A measure or a figure of all sessions in their order: each value, and whether it breaks its limit."""

    name: str
    values: tuple[tuple[str, bool], ...]


def render_report(outcomes: Sequence[Outcome], made_at: str) -> str:
    """The whole HTML file. Needs at least one outcome; `made_at` is printed as it is."""
    environment = Environment(
        loader=PackageLoader("simulator"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {
        "count": count,
        "describe_limit": describe_limit,
        "figures": figures,
        "explain_flip": explain_flip,
        "states": FlipState,
    }
    return environment.get_template("report.html.j2").render(
        headline=find_headline(outcomes),
        made_at=made_at,
        sessions=[_view(number, outcome) for number, outcome in enumerate(outcomes, 1)],
        side_by_side=_lay_side_by_side(outcomes) if len(outcomes) > 1 else (),
    )


def _view(number: int, outcome: Outcome) -> SessionView:
    driver = outcome.session.driver
    return SessionView(
        number,
        outcome,
        find_headline([outcome]),
        _DRIVERS.get(driver, driver),
        outcome.song_results(),
        outcome.flip_results(),
        figures.list_figures(outcome.metrics, outcome.qoe),
        draw_chart(trace_play(outcome.session), outcome),
        draw_seams(outcome.proof.seams),
    )


def _lay_side_by_side(outcomes: Sequence[Outcome]) -> tuple[SideBySide, ...]:
    """The measures that have limits, then the other figures."""
    judged = [{each.limit.name: each for each in outcome.verdict.judgements} for outcome in outcomes]
    measures = [
        SideBySide(name, tuple(_spell_judgement(own.get(name)) for own in judged))
        for name in dict.fromkeys(name for own in judged for name in own)
    ]
    listed = (figures.list_figures(outcome.metrics, outcome.qoe) for outcome in outcomes)
    others = (
        SideBySide(same[0][0], tuple((value, False) for _, value, _ in same)) for same in zip(*listed, strict=True)
    )
    return (*measures, *others)


def _spell_judgement(judgement: Judgement | None) -> tuple[str, bool]:
    return (figures.NONE, False) if judgement is None else (figures.format_value(judgement), not judgement.is_kept)


def explain_flip(result: FlipResult) -> str:
    """Why a flip is judged as it is, in a few words; empty when there is nothing to say."""
    flip: Flip = result.proof.flip
    if result.state is FlipState.CUT_SHORT:
        return "the session was over within a second of the tap"
    return ", ".join([*result.broken, *([flip.why] if flip.settled_at_us is None else [])])
