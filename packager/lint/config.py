"""What a user decides about the rules: other severities, and faults that are known and excused.

[severities]
target-unusual = "off"            # or error, warning, note
version-high = "note"

[[exceptions]]
rule = "bandwidth-high"
files = "legacy/*.m3u8"           # a pattern; * also reaches into folders
reason = "frozen until the old app is gone"
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase

from packager.errors import InputError
from packager.lint.finding import Finding, Severity
from packager.lint.rules.table import RULES, find_rule

OFF = "off"


@dataclass(frozen=True, slots=True)
class LintException:
    """Findings that do not count: those of one rule in the files that the pattern matches, and why."""

    rule: str
    files: str
    reason: str

    def excuses(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return finding.rule == self.rule and fnmatchcase(finding.place.file, self.files)


@dataclass(frozen=True, slots=True)
class LintConfig:
    """Severities by rule (None: the rule is off), and exceptions."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    exceptions: tuple[LintException, ...] = ()

    def apply(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings that count, each with the severity that the user gave its rule."""
        counted = (finding for finding in findings if not any(each.excuses(finding) for each in self.exceptions))
        graded = ((finding, self.severities.get(finding.rule, finding.severity)) for finding in counted)
        return tuple(replace(finding, severity=severity) for finding, severity in graded if severity is not None)


def read_config(name: str, text: str) -> LintConfig:
    """The configuration in this TOML text; `name` stands in messages.

    Raises InputError for what is no TOML, for unknown rules, severities and keys, and for exceptions without a reason.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: not TOML: {error}") from error
    _check_keys(name, content, {"severities", "exceptions"})
    severities, exceptions = content.get("severities", {}), content.get("exceptions", [])
    if not isinstance(severities, dict) or not isinstance(exceptions, list):
        raise InputError(f"{name}: expected a table [severities] and a list of tables [[exceptions]]")
    return LintConfig(
        {rule: _read_severity(name, rule, written) for rule, written in severities.items()},
        tuple(_read_exception(name, number, written) for number, written in enumerate(exceptions, 1)),
    )


def _read_severity(name: str, rule: str, written: object) -> Severity | None:
    _check_rule(f"{name}: [severities]", rule)
    names = [OFF, *(severity.value for severity in Severity)]
    if written not in names:
        raise InputError(f"{name}: [severities] {rule} = {written!r}: expected {', '.join(names[1:])} or {OFF}")
    return None if written == OFF else Severity(written)


def _read_exception(name: str, number: int, written: object) -> LintException:
    place = f"{name}: exception {number}"
    if not isinstance(written, dict):
        raise InputError(f"{place}: expected a table [[exceptions]]")
    wanted = {"rule", "files", "reason"}
    _check_keys(place, written, wanted)
    for key in sorted(wanted):
        value = written.get(key)
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{place}: no {key}: give {key} as a text in quotes")
    _check_rule(place, written["rule"])
    return LintException(written["rule"], written["files"], written["reason"])


def _check_keys(place: str, content: Mapping[str, object], known: set[str]) -> None:
    for key in content:
        if key not in known:
            raise InputError(f"{place}: unknown key {key!r}: expected {', '.join(sorted(known))}")


def _check_rule(place: str, rule: str) -> None:
    if find_rule(rule) is None:
        raise InputError(f"{place}: no rule {rule!r}: {hint_at_rule(rule)}")


def hint_at_rule(rule: str) -> str:
    """The rules of similar names as a question, or where to find them all."""
    near = get_close_matches(rule, [known.id for known in RULES], n=3, cutoff=0.4)
    return f"did you mean {' or '.join(near)}?" if near else "docs/lint-rules.md lists them all"
