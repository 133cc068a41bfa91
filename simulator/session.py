"""A session: what was asked for, everything that happened, and what the player made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.events import Event
from simulator.inputs import Input
from simulator.player import Player
from simulator.playqueue import PlayQueue
from simulator.presentation import Resource
from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class SongAddress:
    """A song: the folder or URL that holds it, and its multivariant playlist as the player asks for it."""

    package: str
    uri: str


@dataclass(frozen=True, slots=True)
class Session:
    """One listener's play of one presentation, or of several, one after another.

    `package` is the folder or URL that holds it and `uri` its multivariant playlist as the player asked for it;
    `next_songs` says the same of the songs that follow.
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
    next_songs: tuple[SongAddress, ...] = ()


def open_player(uri: str, scenario: Scenario, next_songs: Sequence[SongAddress] = ()) -> Player | PlayQueue:
    """The player that a scenario asks for."""
    if not next_songs:
        return Player(uri, scenario.config, scenario.start)
    return PlayQueue((uri, *(song.uri for song in next_songs)), scenario.config, scenario.start)


def replay_session(session: Session) -> tuple[Event, ...]:
    """The events that the inputs of a session give."""
    return replay(session.uri, session.scenario, session.inputs, session.over_at_us, session.next_songs)


def replay(
    uri: str,
    scenario: Scenario,
    inputs: Iterable[Input],
    over_at_us: int,
    next_songs: Sequence[SongAddress] = (),
) -> tuple[Event, ...]:
    """The events that these inputs give: the same list of inputs always gives the same events."""
    player = open_player(uri, scenario, next_songs)
    for happened in inputs:
        player.feed(happened)
    player.advance(over_at_us)
    return tuple(player.take_events())
