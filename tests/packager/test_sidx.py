from packager.sidx import Reference, measure_sidx, write_sidx


def test_an_index_reads_like_this() -> None:
    assert write_sidx(48_000, [Reference(1000, 184_320), Reference(500, 46_080)]).hex(" ", 4) == (
        "00000040 73696478 01000000 "  # 64 bytes, "sidx", version 1
        "00000001 0000bb80 "  # track 1, 48000 ticks a second
        "00000000 00000000 00000000 00000000 "  # from time 0, the segments follow at once
        "00000002 "  # two references
        "000003e8 0002d000 90000000 "  # 1000 bytes of 184320 ticks, from a sync sample on
        "000001f4 0000b400 90000000"
    )


def test_its_size_is_known_before_its_segments_are() -> None:
    assert measure_sidx(3) == len(write_sidx(1, [Reference(1, 1)] * 3)) == 76
