"""Keeps a run's memory near what it needs, where the C library is glibc."""

import ctypes
import sys

# malloc.h
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8

# A heap for each thread keeps from all others what was freed in it; and glibc raises the bound above which blocks are
# mapped one by one to the size of whatever is freed, up to 32 MB. With 4 MB for that bound alone, the ladder of 10 s of
# 1080p took 492 MB at its peak; with these it takes 452, and a third of the page faults that a bound of 128 KiB had,
# which were 2 % of its processor time.
_ARENAS = 1
_LARGE_BYTES = 1 << 20
_KEPT_FREE_BYTES = 8 << 20


def keep_heap_small() -> None:
    """From now on, in this process, large blocks go back to the system when they are freed; a no-op elsewhere."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE_BYTES)
