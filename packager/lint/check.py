"""Runs the rules over a presentation."""

from packager.lint.finding import Finding
from packager.lint.presentation import Presentation
from packager.lint.rules.table import rules_over


def run_rules(presentation: Presentation) -> tuple[Finding, ...]:
    """Every finding under the presentation's profile, by file and line; the same fault of a shared file only once."""
    found = (
        Finding(rule.id, rule.severity, rule.clause, fault)
        for rule in rules_over(presentation)
        for fault in rule.check(presentation)
    )
    return tuple(sorted(dict.fromkeys(found), key=_position))


def _position(finding: Finding) -> tuple[str, int, int]:
    place = finding.place
    return place.file, place.line or 0, place.offset_bytes or 0
