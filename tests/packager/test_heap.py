import subprocess
import sys

import pytest

# Whether a large block is mapped by itself, though one of its size was freed before: there glibc raises its bound.
SCRIPT = """
import ctypes, sys
from packager.heap import keep_heap_small
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
class Report(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd a b c d e".split()]
libc.mallinfo2.restype = Report
if sys.argv[1] == "held":
    keep_heap_small()
libc.free(libc.malloc(3_000_000))
mapped = libc.mallinfo2().hblkhd
libc.malloc(3_000_000)
print(libc.mallinfo2().hblkhd - mapped >= 3_000_000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have another malloc")
@pytest.mark.parametrize(("how", "is_mapped"), [("held", "True"), ("usual", "False")])
def test_a_block_is_given_back_though_one_like_it_was_freed_before(how: str, is_mapped: str) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, text=True, check=False, timeout=60)
    if "mallinfo2" in done.stderr:
        pytest.skip("no glibc here")
    assert (done.stdout.strip(), done.stderr) == (is_mapped, "")
