"""Findings and rules as lines to read, or as values for a program. Nothing here prints."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from packager.errors import InputError
from packager.lint.config import hint_at_rule
from packager.lint.finding import Finding, Severity
from packager.lint.presentation import Presentation
from packager.lint.rule import Rule
from packager.lint.rules.table import find_rule, rules_over


@dataclass(frozen=True, slots=True)
class Row:
    """A line of text and the style in which a terminal shows it."""

    text: str
    style: str = ""


_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def format_findings(presentation: Presentation, findings: Sequence[Finding]) -> Iterator[Row]:
    """The findings under the name of their file, and a summary at the end."""
    for file, found in groupby(findings, key=lambda finding: finding.place.file):
        yield Row(file, "bold")
        for finding in found:
            yield from _format_finding(finding)
    yield Row(summarise(presentation, findings), "bold" if findings else "green")


def _format_finding(finding: Finding) -> Iterator[Row]:
    place = str(finding.place).removeprefix(finding.place.file).lstrip(":, ")
    where = f"{'line ' if finding.place.line else ''}{place}: " if place else ""
    fault = finding.fault
    yield Row(f"  {finding.severity.value:7}  {where}{fault.found}  [{finding.rule}]", _STYLES[finding.severity])
    yield Row(f"           expected {fault.expected.removeprefix('expected ')}; {fault.mend}")


def summarise(presentation: Presentation, findings: Sequence[Finding]) -> str:
    """How much was looked at and what came of it, as in `12 rules x 9 playlists: clean`."""
    scope = f"{len(rules_over(presentation))} rules x {len(presentation.playlists)} playlists"
    counts = Counter(finding.severity for finding in findings)
    parts = [f"{counts[s]} {s.value}{'s' if counts[s] > 1 else ''}" for s in Severity if counts[s]]
    return f"{scope} ({presentation.profile.value}): {', '.join(parts) or 'clean'}"


def dump_findings(presentation: Presentation, findings: Sequence[Finding]) -> str:
    """All of it as JSON."""
    content = {
        "profile": presentation.profile.value,
        "rules": len(rules_over(presentation)),
        "playlists": [playlist.file for playlist in presentation.playlists],
        "is_passed": not has_errors(findings),
        "findings": [finding.as_json() for finding in findings],
    }
    return json.dumps(content, indent=2)


def has_errors(findings: Sequence[Finding]) -> bool:
    """Whether anything that MUST be otherwise was found."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def explain_rule(rule_id: str) -> str:
    """A rule with its source. Raises InputError, with the nearest names, when there is none of this id."""
    rule = find_rule(rule_id)
    if rule is None:
        raise InputError(f"--explain {rule_id}: no such rule: {hint_at_rule(rule_id)}")
    return _explain(rule)


def _explain(rule: Rule) -> str:
    profiles = ", ".join(sorted(profile.value for profile in rule.profiles))
    lines = (
        f"{rule.id} ({rule.severity.value})",
        f"  {rule.summary}",
        f"  source    {rule.clause}",
        f"  profiles  {profiles}",
        "  (B: draft-pantos-hls-rfc8216bis. A: Apple, HLS Authoring Specification.)",
    )
    return "\n".join(lines)
