"""Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the files."""

import json
from collections.abc import Sequence
from urllib.parse import quote

from packager.lint.finding import Finding, Place
from packager.lint.presentation import Presentation
from packager.lint.rule import Rule
from packager.lint.rules.table import rules_over


def dump_sarif(presentation: Presentation, findings: Sequence[Finding]) -> str:
    """One run with all rules of the profile and a result for each finding."""
    rules = rules_over(presentation)
    places = {rule.id: index for index, rule in enumerate(rules)}
    driver = {
        "name": "midnote lint",
        "rules": [_describe_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_describe_finding(finding, places[finding.rule]) for finding in findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2)


def _describe_rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "help": {"text": f"{rule.summary} Source: {rule.clause}."},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"clause": rule.clause},
    }


def _describe_finding(finding: Finding, rule_index: int) -> dict[str, object]:
    fault = finding.fault
    text = f"{fault.found}. Expected {fault.expected.removeprefix('expected ')}; {fault.mend}."
    time_s = finding.place.time_s
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": text if time_s is None else f"At {float(time_s):.3f} s: {text}"},
        "locations": [{"physicalLocation": _describe_place(finding.place)}],
    }


def _describe_place(place: Place) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": _quote(place.file)}}
    if place.line is not None:
        location["region"] = {"startLine": place.line}
    elif place.offset_bytes is not None:
        # Where the fault starts is known, and not how far it goes.
        location["region"] = {"byteOffset": place.offset_bytes, "byteLength": 0}
    return location


def _quote(file: str) -> str:
    """A name as a URI reference; one that was fetched is one already."""
    return file if "://" in file else quote(file)
