"""The second half of `midnote demo`: a package, played over several networks at once, every flip proven."""

from collections.abc import Mapping
from pathlib import Path

from simulator.journal import write_journal
from simulator.outcome import Outcome
from simulator.play import judge_session, measure_duration_us, play_together
from simulator.present import Files, present_outcomes
from simulator.scenario import parse_scenario
from simulator.watching import watch_sessions


def play_demo(package: Path, scenarios: Mapping[str, str], out: Path) -> int:
    """Play the scenarios (TOML texts by file name) against `package`; tables on stdout, report and journals in `out`.

    Returns the exit code: 0 when every session kept its limits.
    """
    parsed = [parse_scenario(text, name) for name, text in scenarios.items()]
    with watch_sessions(parsed, measure_duration_us(str(package))) as watchers:
        sessions = play_together(package, parsed, watchers)
    outcomes: list[Outcome] = []
    for name, session in zip(scenarios, sessions, strict=True):
        write_journal(session, out / f"{Path(name).stem}.journal.zip")
        outcomes.append(judge_session(session))
    present_outcomes(outcomes, Files(report=out / "report.html"), as_json=False)
    return max(outcome.verdict.exit_code for outcome in outcomes)
