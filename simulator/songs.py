"""The songs of a session apart: whose each event is, and each song as if it had been a session of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from simulator import events as ev
from simulator.inputs import Answered, Arrived, Failed, Finished, Input
from simulator.presentation import Medium, Presentation
from simulator.session import Session


@dataclass(frozen=True, slots=True)
class SongPart:
    """What of a session was about one song: its own events, the answers to its requests, its package.

    `began_at_us`: when its turn came; None: it never did. Its events begin before, with what was fetched ahead.
    """

    number: int
    name: str
    began_at_us: int | None
    session: Session

    @property
    def events(self) -> tuple[ev.Event, ...]:
        """What happened to this song, in order."""
        return self.session.events


def split_session(session: Session) -> tuple[SongPart, ...]:
    """The songs that anything happened to, in their order; of one song it is the session itself."""
    name = name_song(session.package)
    if not session.next_songs:
        return (SongPart(1, name, 0, session),)
    packages = (session.package, *(song.package for song in session.next_songs))
    uris = (session.uri, *(song.uri for song in session.next_songs))
    return tuple(
        _part(session, number, packages[number - 1], uris[number - 1], events)
        for number, events in sorted(split_events(session.events).items())
    )


def split_events(events: Iterable[ev.Event]) -> dict[int, tuple[ev.Event, ...]]:
    """The events of each song by its number, without the turns between them."""
    song, split = 1, dict[int, list[ev.Event]]()
    for event in events:
        if isinstance(event, ev.SongTurn):
            song = event.song
        else:
            split.setdefault(song, []).append(event)
    return {number: tuple(own) for number, own in split.items()}


def find_presentation(session: Session) -> Presentation:
    """The presentation that the player was given of a song; one without rungs when it never got any."""
    found = [i.playlist for i in session.inputs if isinstance(i, Finished) and isinstance(i.playlist, Presentation)]
    return found[0] if found else Presentation(session.uri, (), ())


def name_song(package: str) -> str:
    """What a song is called: the folder that holds it."""
    names = [name for name in urlsplit(package).path.split("/") if name]
    if names and names[-1].endswith((".m3u8", ".m3u")):
        names.pop()
    return names[-1] if names else package


def _part(session: Session, number: int, package: str, uri: str, events: tuple[ev.Event, ...]) -> SongPart:
    began = next((event for event in events if isinstance(event, ev.SongBegan)), None)
    asked = {event.request_id for event in events if isinstance(event, ev.Requested)}
    start = session.scenario.start if number == 1 else Medium.AUDIO if began is None else began.shows
    scenario = replace(session.scenario, taps=(), controls=(), next_songs=(), start=start)
    own = replace(
        session, package=package, uri=uri, scenario=scenario, events=events, next_songs=(),
        inputs=_answers(session.inputs, asked), over_at_us=events[-1].at_us,
    )  # fmt: skip
    began_at_us = 0 if number == 1 else None if began is None else began.at_us
    return SongPart(number, name_song(package), began_at_us, own)


def _answers(inputs: Sequence[Input], asked: set[int]) -> tuple[Input, ...]:
    """What came for these requests. What the listener did is not among it: that is told by events."""
    return tuple(
        each for each in inputs if isinstance(each, Answered | Arrived | Finished | Failed) and each.request_id in asked
    )
