"""Findings as JUnit XML: a test case for each rule, which fails by its errors."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from packager.lint.finding import Finding, Severity
from packager.lint.presentation import Presentation
from packager.lint.rules.table import rules_over


def dump_junit(presentation: Presentation, findings: Sequence[Finding]) -> str:
    """One test suite. Warnings and notes are told in the case's output and do not fail it."""
    suite = Element("testsuite", name=f"midnote lint ({presentation.profile.value})")
    failures = 0
    rules = rules_over(presentation)
    for rule in rules:
        case = SubElement(suite, "testcase", classname=f"lint.{presentation.profile.value}", name=rule.id)
        own = [finding for finding in findings if finding.rule == rule.id]
        errors = [finding for finding in own if finding.severity is Severity.ERROR]
        if errors:
            failures += 1
            SubElement(case, "failure", message=_clean(str(errors[0])), type=rule.clause).text = _join(errors)
        if others := [finding for finding in own if finding.severity is not Severity.ERROR]:
            SubElement(case, "system-out").text = _join(others)
    suite.attrib |= {"tests": str(len(rules)), "failures": str(failures), "errors": "0", "skipped": "0"}
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _join(findings: Sequence[Finding]) -> str:
    return _clean("\n".join(map(str, findings)))


def _clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold (section 2.2): a finding may quote any bytes of a playlist."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
