"""Songs one after another, by a player for each: the next one's beginning is fetched while this one plays.

The contract is that of `player`. One song's sound is never starved for another's: nothing is fetched ahead unless the
present song needs nothing, and what is under way is given up as soon as the listener waits for something, or may soon.
"""

from typing import assert_never

from simulator import events as ev
from simulator.commands import Command, Fetch
from simulator.inputs import (
    Answered,
    Arrived,
    Failed,
    Finished,
    Hovered,
    Input,
    Left,
    Opened,
    Paused,
    Resumed,
    ScreenSwitched,
    Skipped,
    Sought,
    SpeedChanged,
    Tapped,
)
from simulator.line import Line
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.queued_player import QueuedPlayer

# With so little left of a song whose sound is here to its end, the next one's sound is fetched beside its picture:
# three round trips and 4 s of sound, at half of a link that barely carries the cheapest picture.
NEXT_URGENT_US = 10_000_000


class PlayQueue:
    """One listener's player for several songs in their order."""

    def __init__(self, uris: tuple[str, ...], config: PlayerConfig, start: Medium = Medium.AUDIO) -> None:
        """`uris`: the multivariant playlist of each song, at least one."""
        self._uris = uris
        self._config = config
        self._line = Line()
        self._player = QueuedPlayer(uris[0], config, start, self._line)
        self._next: QueuedPlayer | None = None
        self._is_next_lost = False  # it is not tried again before its turn
        self._owners: dict[int, QueuedPlayer] = {}
        self._commands: list[Command] = []
        self._events: list[ev.Event] = []
        self._told_song = 1  # the song that the last event is of
        self._wants = start
        self._is_screen_on = True
        self._percent = 100
        self._now_us = 0
        self.song = 1  # the one that is played

    # What a driver calls

    def feed(self, happened: Input) -> None:
        """Something happened. Raises AssertionError when it happened before what the player already knows."""
        assert happened.at_us >= self._now_us, f"{happened} lies before {self._now_us} us"
        self.advance(happened.at_us)
        match happened:
            case Answered() | Arrived() | Finished() | Failed():
                self._owners[happened.request_id].feed(happened)
            case Skipped():
                self._skip(happened)
            case Left():
                self._drop_next()
                self._player.feed(happened)
            case Opened() | Tapped() | Sought() | Paused() | Resumed() | SpeedChanged() | ScreenSwitched() | Hovered():
                self._player.feed(happened)
                self._carry_over(happened)
            case _:
                assert_never(happened)
        self._attend()

    def advance(self, now_us: int) -> None:
        """Time has come to `now_us`: whatever fell due until then happens, each at its own time."""
        while (due_us := self.deadline()) is not None and due_us <= now_us:
            self._move_to(max(due_us, self._now_us))
            self._attend()
        self._move_to(max(now_us, self._now_us))

    def take_commands(self) -> list[Command]:
        """What the driver is to do, in order; each is given once."""
        taken, self._commands = self._commands, []
        return taken

    def take_events(self) -> list[ev.Event]:
        """What the players did since the last call, in order."""
        taken, self._events = self._events, []
        return taken

    def deadline(self) -> int | None:
        """The clock time at which it wants to be woken; None when only an input can move it."""
        if self.is_over:
            return None
        ahead_us = None if self._next is None else self._next.deadline()
        times = (self._player.deadline(), ahead_us, self._link_claimed_at())
        return min((at_us for at_us in times if at_us is not None), default=None)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen: the last song ended, the listener left, or a player gave up."""
        return self._player.is_over

    @property
    def playhead_us(self) -> int:
        """The song time that is heard now."""
        return self._player.playhead_us

    def clock_at(self, media_us: int) -> int | None:
        """When the playhead will be at `media_us` of the present song if the sound goes on; None while it stands."""
        return self._player.clock_at(media_us)

    # From song to song

    def _skip(self, skipped: Skipped) -> None:
        """Go on to the next song; after the last one there is nothing to go on to."""
        if self.is_over or not self._has_more:
            return
        self._tell(self.song, [ev.SkipTaken(self._now_us, self._player.playhead_us)])
        self._player.feed(skipped)
        self._collect()
        self._begin_next()

    @property
    def _has_more(self) -> bool:
        return self.song < len(self._uris)

    @property
    def _goes_on(self) -> bool:
        """Whether the present song was played to its end, and another one follows."""
        return self._player.has_ended and self._has_more

    def _begin_next(self) -> None:
        if self._next is not None:
            self._player = self._next
        else:
            self._player = QueuedPlayer(self._uris[self.song], self._config, self._wants, self._line)
        self._next, self._is_next_lost = None, False
        self.song += 1
        shows = Medium.VIDEO if self._wants is Medium.VIDEO and self._is_screen_on else Medium.AUDIO
        self._tell(self.song, [ev.SongBegan(self._now_us, self.song, shows)])
        self._player.carry_over(self._wants, is_screen_on=self._is_screen_on)
        self._player.begin(self._now_us, self._percent)

    def _carry_over(self, happened: Input) -> None:
        """What the listener wants of this song is wanted of the next one."""
        if isinstance(happened, Tapped):
            self._wants = happened.wants
        elif isinstance(happened, ScreenSwitched):
            self._is_screen_on = happened.is_on
        elif isinstance(happened, SpeedChanged):
            self._percent = happened.percent
        if self._next is not None and isinstance(happened, Tapped | ScreenSwitched):
            self._next.carry_over(self._wants, is_screen_on=self._is_screen_on)

    def _drop_next(self) -> None:
        if self._next is not None:
            self._next.feed(Left(self._now_us))
            self._take_from(self._next, self.song + 1)
            self._next = None

    # What is fetched ahead

    def _attend(self) -> None:
        """Something has happened: see what has ended, and what may be fetched ahead now."""
        if self._player.is_over and not self._goes_on:
            self._drop_next()  # before what the present song's player says last
        self._collect()
        if self._goes_on:
            self._begin_next()
            self._collect()
        if self._player.is_over or not self._has_more or self._config.next_song == "cold" or self._is_next_lost:
            return
        sound, picture = self._what_may_be_fetched()
        if self._next is None:
            if not sound:
                return
            self._next = QueuedPlayer(self._uris[self.song], self._config, self._wants, self._line)
            self._next.stand_by(self._now_us)
            self._next.carry_over(self._wants, is_screen_on=self._is_screen_on)
        if not self._next.is_idle and self._must_give_way(is_sound_let=sound):
            self._next.give_way("the present song needs the link")
        else:
            self._next.let_fetch(sound=sound, picture=picture, head_start_us=self._player.left_us)
        self._collect()
        self._note_loss()

    def _what_may_be_fetched(self) -> tuple[bool, bool]:
        """Of the next song: whether sound, and whether picture as well."""
        player = self._player
        if player.is_short_of_sound:
            return False, False
        is_idle = player.is_idle and (player.has_all_sound or self._config.next_song == "early")
        return is_idle or self._is_urgent, is_idle

    @property
    def _is_urgent(self) -> bool:
        return self._player.has_all_sound and self._player.left_us <= NEXT_URGENT_US

    def _must_give_way(self, *, is_sound_let: bool) -> bool:
        player = self._player
        return player.is_short_of_sound or (player.is_waiting_for_picture and not is_sound_let)

    def _link_claimed_at(self) -> int | None:
        """When the present song's sound falls to where it needs the link, or the next one's becomes urgent."""
        if not self._has_more or self._is_next_lost or self._config.next_song == "cold":
            return None
        if self._player.has_all_sound:
            return self._player.reaches_level_at(NEXT_URGENT_US)
        if self._next is None or self._next.is_idle:
            return None
        return self._player.reaches_level_at(self._player.critical_level_us)

    def _note_loss(self) -> None:
        if self._next is not None and self._next.is_over:
            lost = ev.NextSongLost(self._now_us, self.song + 1, self._next.why_lost)
            self._tell(self.song + 1, [lost])
            self._next, self._is_next_lost = None, True

    # Together

    def _move_to(self, now_us: int) -> None:
        self._now_us = now_us
        self._player.advance(now_us)
        if self._next is not None:
            self._next.advance(now_us)

    def _collect(self) -> None:
        """Take what the players have to say."""
        self._take_from(self._player, self.song)
        if self._next is not None:
            self._take_from(self._next, self.song + 1)

    def _take_from(self, player: QueuedPlayer, song: int) -> None:
        for command in player.take_commands():
            if isinstance(command, Fetch):
                self._owners[command.request_id] = player
            self._commands.append(command)
        self._tell(song, player.take_events())

    def _tell(self, song: int, events: list[ev.Event]) -> None:
        if events and song != self._told_song:
            self._events.append(ev.SongTurn(events[0].at_us, song))
            self._told_song = song
        self._events += events
