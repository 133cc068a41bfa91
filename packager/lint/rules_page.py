"""The rules as a page of the documentation: `python -m packager.lint.rules_page > docs/lint-rules.md`."""

import sys

from packager.lint.rule import Rule
from packager.lint.rules.table import RULES

_HEAD = """# The rules of `midnote lint`

Made by `python -m packager.lint.rules_page > docs/lint-rules.md`; change the table in `packager/lint/rules/table.py`
instead of this page. `midnote lint --explain RULE` prints one of them.

In a source, B is draft-pantos-hls-rfc8216bis and A Apple's HLS Authoring Specification. A MUST is an error, a SHOULD a
warning. `--profile rfc` asks what the RFC asks, `mobile` and `tv` also what Apple asks of phones and of television.

| rule | severity | profiles | what it asks | source |
|---|---|---|---|---|
"""


def render_rules_page() -> str:
    """The page in Markdown, one row for each rule, in the table's order."""
    return _HEAD + "".join(map(_row, RULES))


def _row(rule: Rule) -> str:
    profiles = ", ".join(sorted(profile.value for profile in rule.profiles))
    summary = rule.summary.replace("|", "\\|")
    return f"| `{rule.id}` | {rule.severity.value} | {profiles} | {summary} | {rule.clause} |\n"


if __name__ == "__main__":
    sys.stdout.write(render_rules_page())
