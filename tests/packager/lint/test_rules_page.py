from pathlib import Path

from packager.lint.rules_page import render_rules_page

PAGE = Path(__file__).parents[3] / "docs" / "lint-rules.md"


def test_page_is_what_the_rules_say_now() -> None:
    """Make it anew: python -m packager.lint.rules_page > docs/lint-rules.md"""
    assert PAGE.read_text(encoding="utf-8") == render_rules_page()
