"""Keeps a run's memory near what it needs, where the C library is glibc."""

import ctypes
import sys

_M_MMAP_THRESHOLD = -3  # malloc.h
# What glibc begins with. It raises it to the size of whatever large block is freed, up to 32 MB, and from then on keeps
# the pictures that were freed in a heap for each thread: a 1080p ladder of 24 s took 501 MB at its peak, and takes 471
# with the bound held, in the same processor time.
_LARGE_BYTES = 128 * 1024


def give_large_blocks_back() -> None:
    """From now on, in this process, large blocks go back to the system when they are freed; a no-op elsewhere."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
