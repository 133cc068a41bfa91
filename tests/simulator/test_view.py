from simulator.commands import Fetch, Part
from simulator.estimate import ThroughputEstimator
from simulator.lane import Lane, Request, Target
from simulator.presentation import MediaPlaylist, Medium, Resource, Rung, Segment
from simulator.view import view_lane

RUNGS = tuple(Rung(str(kbps), Medium.VIDEO, f"{kbps}.m3u8", kbps * 1000, kbps * 1000) for kbps in (100, 200))
PLAYLIST = MediaPlaylist("p", None, tuple(Segment(Resource(f"{n}"), n * 4_000_000, 4_000_000) for n in range(5)))


def lane_with_first_segment() -> Lane:
    """The first segment of the better rung: asked for at 1 s, answered at 1.1 s, all 50,000 bytes here at 3 s."""
    lane = Lane(Medium.VIDEO, RUNGS)
    lane.playlists[1] = lane.grid = PLAYLIST
    lane.target = Target(1, 0)
    request = Request(Fetch(1, Resource("0"), Part.SEGMENT, Medium.VIDEO, "200", 0), 1_000_000)
    request.answered_us, request.received_bytes = 1_100_000, 50_000
    lane.pending[Part.SEGMENT, "200"] = request
    lane.take_in(request, None, 3_000_000)
    lane.append_when_whole(3_000_000)
    return lane


def test_nothing_is_known_at_the_beginning() -> None:
    view = view_lane(Lane(Medium.VIDEO, RUNGS), ThroughputEstimator(), 0, 0, 16_000_000, None)
    assert (view.bitrates_bps, view.segment_us, view.goal_us) == ((100_000, 200_000), 4_000_000, 20_000_000)
    assert (view.throughput_bps, view.share_bps, view.last_rung, view.last_download) == (None, None, None, None)
    assert (view.since_start, view.remaining, view.waited_us) == (0, 1, 0)


def test_the_last_download_is_seen_with_its_times() -> None:
    view = view_lane(lane_with_first_segment(), ThroughputEstimator(), 3_000_000, 4_000_000, 16_000_000, 7.0)
    assert view.last_download is not None
    assert (view.last_download.rung, view.last_download.size_bits) == (1, 400_000)
    assert (view.last_download.took_us, view.last_download.transfer_us) == (2_000_000, 1_900_000)
    assert (view.last_rung, view.since_start, view.remaining, view.share_bps) == (1, 1, 4, 7.0)


def test_a_wait_counts_only_while_the_buffer_was_above_its_goal() -> None:
    lane, estimator = lane_with_first_segment(), ThroughputEstimator()
    # Two seconds after the segment came, 3 s are left: it had been 5 s, above a goal of 4 s for one second.
    assert view_lane(lane, estimator, 5_000_000, 3_000_000, 4_000_000, None).waited_us == 1_000_000
    assert view_lane(lane, estimator, 5_000_000, 3_000_000, 2_000_000, None).waited_us == 2_000_000
    assert view_lane(lane, estimator, 5_000_000, 3_000_000, 9_000_000, None).waited_us == 0
