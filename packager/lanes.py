"""Threads that pass work on through bounded queues, and all stop at the first error of any.

`queue.Queue` is not enough: a thread that waits at a full queue must wake up when the reader has died (Python 3.13 has
`Queue.shutdown` for this; we run on 3.11). `SimpleQueue` is written in C, conditions are not.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST_NICE = 19  # setpriority(2)


class _StoppedError(Exception):
    """Someone else failed: leave quietly."""


class Lane(Generic[T]):
    """A bounded first-in first-out queue from one thread of a crew to one other."""

    def __init__(self, crew: "Crew", capacity: int) -> None:
        assert capacity > 0
        self._crew = crew
        self._items: SimpleQueue[tuple[T] | None] = SimpleQueue()  # None: nothing more will come
        self._room: SimpleQueue[None] = SimpleQueue()
        for _ in range(capacity):
            self._room.put(None)
        crew.wake_at_stop(self._wake)

    def put(self, item: T) -> None:
        """Pass an item on; waits while the lane is full."""
        self._room.get()
        self._crew.leave_if_stopping()
        self._items.put((item,))

    def close(self) -> None:
        """Nothing more will come."""
        self._items.put(None)

    def __iter__(self) -> Iterator[T]:
        """Items as they come, until the lane is closed and empty. Only once."""
        while (held := self._items.get()) is not None:
            self._crew.leave_if_stopping()
            self._room.put(None)
            yield held[0]
        self._crew.leave_if_stopping()

    def _wake(self) -> None:
        self._room.put(None)
        self._items.put(None)


class Crew:
    """Threads that work together: all finish, or all stop. Used as a context, so that none outlives it."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._wakers: list[Callable[[], None]] = []
        self._stop = threading.Event()
        self._first_error: BaseException | None = None
        self._lock = threading.Lock()

    def leave_if_stopping(self) -> None:
        """Leave the thread that calls this, quietly, if someone has failed or the crew was dismissed."""
        if self._stop.is_set():
            raise _StoppedError

    def wake_at_stop(self, wake: Callable[[], None]) -> None:
        """Have `wake` called when all must stop, or now if they must already. Lanes do this for themselves."""
        self._wakers.append(wake)
        if self._stop.is_set():
            wake()

    def start(self, name: str, work: Callable[[], None], *, gives_way: int = 0) -> None:
        """Run `work` in a thread of its own, which lets others go first by that much niceness."""
        thread = threading.Thread(target=self._run, args=(work, gives_way), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait(self, on_tick: Callable[[], None], tick_s: float = 0.1) -> None:
        """Return when all have finished; meanwhile call `on_tick` now and then, here. Raises the first error."""
        while running := [thread for thread in self._threads if thread.is_alive()]:
            on_tick()
            running[0].join(tick_s)
        if self._first_error is not None:
            raise self._first_error

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._stop_all()
        for thread in self._threads:
            thread.join()
        if isinstance(error, _StoppedError) and self._first_error is not None:
            raise self._first_error from None  # the owner was stopped while it still passed work on

    def _run(self, work: Callable[[], None], gives_way: int) -> None:
        try:
            _give_way(gives_way)
            work()
        except _StoppedError:
            pass
        except BaseException as error:
            with self._lock:
                self._first_error = self._first_error or error
            self._stop_all()

    def _stop_all(self) -> None:
        self._stop.set()
        for wake in self._wakers:
            wake()


def _give_way(by: int) -> None:
    """Make this thread nicer. Only Linux has a niceness for each thread."""
    if by and sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(_MOST_NICE, os.getpriority(os.PRIO_PROCESS, thread) + by))
