"""A session: what was asked for, everything that happened, and what the player made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simulator.events import Event
from simulator.inputs import Input
from simulator.player import Player
from simulator.presentation import Resource
from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Session:
    """One listener's play of one presentation.

    `package` is the folder or URL that holds it and `uri` its multivariant playlist as the player asked for it.
    `bodies` holds, by request id, every body that came whole; empty when nobody wanted them kept.
    """

    package: str
    uri: str
    driver: str
    scenario: Scenario
    inputs: tuple[Input, ...]
    events: tuple[Event, ...]
    over_at_us: int
    resources: Mapping[int, Resource] = field(default_factory=dict)
    bodies: Mapping[int, bytes] = field(default_factory=dict)


def open_player(uri: str, scenario: Scenario) -> Player:
    """The player that a scenario asks for."""
    return Player(uri, scenario.config, scenario.start)


def replay(uri: str, scenario: Scenario, inputs: Iterable[Input], over_at_us: int) -> tuple[Event, ...]:
    """The events that these inputs give: the same list of inputs always gives the same events."""
    player = open_player(uri, scenario)
    for happened in inputs:
        player.feed(happened)
    player.advance(over_at_us)
    return tuple(player.take_events())
