"""Findings as one HTML file that needs nothing beside it."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from packager.lint.finding import Finding, Severity
from packager.lint.presentation import Presentation
from packager.lint.rules.table import find_rule, rules_over
from packager.lint.text import summarise


def render_page(presentation: Presentation, findings: Sequence[Finding]) -> str:
    """The whole HTML file: the verdict, the findings by file, and the rules that were broken with their sources."""
    environment = Environment(
        loader=PackageLoader("packager"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    files = [(file, list(own)) for file, own in groupby(findings, key=lambda finding: finding.place.file)]
    counts = Counter(finding.rule for finding in findings)
    return environment.get_template("lint.html.j2").render(
        presentation=presentation,
        is_passed=not any(finding.severity is Severity.ERROR for finding in findings),
        headline=summarise(presentation, findings).rpartition(": ")[2],
        rule_count=len(rules_over(presentation)),
        files=files,
        broken=[(find_rule(rule), count) for rule, count in counts.most_common()],
        where=where,
    )


def where(finding: Finding) -> str:
    """The place inside its file."""
    place = str(finding.place).removeprefix(finding.place.file).lstrip(":, ")
    return f"line {place}" if finding.place.line else place
