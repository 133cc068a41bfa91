"""What the README says is so."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

import midnote
from packager.lint.finding import Profile
from packager.lint.rules.table import rules_for
from simulator.limits import DEFAULT_LIMITS
from simulator.scenario import parse_scenario

README = (Path(__file__).parent.parent / "README.md").read_text()


@pytest.mark.parametrize("limit", DEFAULT_LIMITS.values(), ids=lambda limit: limit.name)
def test_every_limit_is_explained(limit: object) -> None:
    assert f"`{limit.name}`" in README  # type: ignore[attr-defined]


def test_the_number_of_rules_shown_is_true() -> None:
    """`make readme` brings it up to date."""
    counts = {int(count) for count in re.findall(r"(\d+) rules", README)}
    assert counts == {len(rules_for(Profile.MOBILE))}


def test_every_command_shown_exists() -> None:
    commands = set(re.findall(r"^    midnote (\w+)", README, re.MULTILINE))
    assert commands >= {"package", "lint", "play", "prove", "serve"}
    assert commands <= set(get_command(midnote.app).commands)  # type: ignore[attr-defined]


def test_the_scenario_shown_is_one() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert parse_scenario(text, "README.md").name == "commuter on 3G"
