"""Plays a package or a URL as a listener would and judges what came of it: the whole story of one session."""

import asyncio
import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from simulator.commands import Fetch, Part
from simulator.drivers.realtime import Watcher, play_live
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.hls import parse_playlist
from simulator.metrics import measure_session
from simulator.origin import serve_folder
from simulator.outcome import Outcome
from simulator.package_folder import PackageFolder, PackageReader
from simulator.package_media import find_presentation
from simulator.package_url import PackageUrl
from simulator.presentation import MediaPlaylist, Medium, Presentation, Resource
from simulator.profile import find_profile
from simulator.prove import prove_session
from simulator.rule_file import choose_rule, load_named_rules
from simulator.scenario import Scenario, Tap
from simulator.scenario_file import read_scenario
from simulator.session import Session
from simulator.trace_files import read_shape
from simulator.verdict import judge

MASTER = "master.m3u8"

# Where a song is flipped when nobody says where: fractions of its length that fall on no segment boundary by design.
DEFAULT_TAPS = (Fraction(7, 61), Fraction(19, 61), Fraction(29, 61), Fraction(43, 61), Fraction(53, 61))


def is_url(target: str) -> bool:
    """Whether a target names an origin rather than a folder."""
    return target.startswith(("http://", "https://"))


def find_playlist(target: str) -> str:
    """The URL of a multivariant playlist: a URL that names none means the `master.m3u8` below it. Folders stay."""
    if not is_url(target):
        return target
    parts = urlsplit(target)
    if parts.path.endswith((".m3u8", ".m3u")):
        return target
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{MASTER}"))


def open_package(target: str) -> PackageReader:
    """Reads the package at a folder or a URL. Raises InputError when the folder is not there."""
    return PackageUrl(target) if is_url(target) else PackageFolder(Path(target))


def measure_duration_us(target: str) -> int:
    """Length of the song at a folder or a URL, as its cheapest audio rung declares it."""
    package = open_package(target)
    master = Fetch(
        0, Resource(urlsplit(target).path.rpartition("/")[2] if is_url(target) else MASTER), Part.MULTIVARIANT
    )
    presentation = parse_playlist(master, package.read(master.resource))
    assert isinstance(presentation, Presentation), "a multivariant fetch gives a presentation"
    rung = Fetch(0, Resource(presentation.audio[0].uri), Part.PLAYLIST)
    playlist = parse_playlist(rung, package.read(rung.resource))
    assert isinstance(playlist, MediaPlaylist), "a playlist fetch gives a media playlist"
    return playlist.duration_us


def plan_taps(at_s: Sequence[float], start: Medium = Medium.AUDIO) -> tuple[Tap, ...]:
    """Taps at these song times, in turn to video and back."""
    taps: list[Tap] = []
    for second in at_s:
        side = taps[-1].wants if taps else start
        taps.append(Tap(round(second * 1_000_000), Medium.VIDEO if side is Medium.AUDIO else Medium.AUDIO))
    return tuple(taps)


def plan_default_taps(duration_us: int) -> tuple[Tap, ...]:
    """Five flips spread over the song, at instants that are no segment boundaries."""
    return plan_taps([float(part * duration_us / 1_000_000) for part in DEFAULT_TAPS])


def choose_scenario(
    duration_us: int,
    path: Path | None,
    taps_s: Sequence[float],
    shape: str | None,
    profile: str | None = None,
    rule: str | None = None,
    *,
    allows_rule_files: bool = False,
) -> Scenario:
    """The scenario that a command line asks for: a file, or taps, or flips spread over the song; over a link or none.

    `shape`, `profile` and `rule` go before what a file says. Rules from files that the scenario names are code: they
    run only if `allows_rule_files`.
    Raises InputError when it asks for a file and taps, or for what cannot be.
    """
    if path is not None and taps_s:
        raise InputError(f"{path}: it has its own taps; give --scenario or --tap, not both")
    if path is not None:
        scenario = read_scenario(path)
    else:
        taps = plan_taps(taps_s) if taps_s else plan_default_taps(duration_us)
        scenario = Scenario("flips", taps)
    config = scenario.config
    if rule is not None:
        config = choose_rule(config, rule)
    elif path is not None:
        config = load_named_rules(config, path.parent, str(path), is_allowed=allows_rule_files)
    if profile is not None:
        config = dataclasses.replace(config, profile=find_profile(profile))
    scenario = dataclasses.replace(scenario, config=config)
    return scenario if shape is None else dataclasses.replace(scenario, link=read_shape(shape))


def play_session(target: str, scenario: Scenario, *, virtual: bool = False, watch: Watcher | None = None) -> Session:
    """One session against a folder or a URL.

    A folder is served on a free loopback port over the scenario's link and played over HTTP in real time, or, if
    `virtual`, played in virtual time. A URL is played as it is: its link is whatever lies between.
    Raises InputError when a virtual session or a link is asked of a URL.
    """
    if is_url(target):
        if refused := _needs_folder(scenario, virtual=virtual):
            way_out = "for a URL, give them to its origin instead, as in `midnote serve DIR --scenario FILE`"
            raise InputError(f"{target}: {refused} needs a package folder; {way_out}")
        return asyncio.run(play_live(target, scenario, watch))
    folder = PackageFolder(Path(target))
    if virtual:
        return play_virtually(folder, MASTER, scenario)
    return asyncio.run(play_folder_live(folder.root, scenario, watch))


def _needs_folder(scenario: Scenario, *, virtual: bool) -> str:
    """What of a session cannot be had from someone else's origin; empty when all can."""
    if virtual:
        return "a virtual session"
    if scenario.link is not None:
        return f"the link {scenario.link.name!r}"
    return "[faults]" if scenario.faults else ""


def play_together(root: Path, scenarios: Sequence[Scenario], watchers: Sequence[Watcher]) -> tuple[Session, ...]:
    """Several sessions at once over real HTTP, each against an origin and a link of its own."""

    async def play_all() -> list[Session]:
        plays = (play_folder_live(root, *pair) for pair in zip(scenarios, watchers, strict=True))
        return await asyncio.gather(*plays)

    return tuple(asyncio.run(play_all()))


async def play_folder_live(root: Path, scenario: Scenario, watch: Watcher | None = None) -> Session:
    """One session over real HTTP against an origin of its own, which lives as long as the session."""
    async with serve_folder(root, scenario.link, faults=scenario.faults) as origin:
        session = await play_live(f"{origin.url}/{MASTER}", scenario, watch)
    return dataclasses.replace(session, package=str(root))


def judge_session(session: Session, package: PackageReader | None = None) -> Outcome:
    """Prove a session against its package and hold it against its limits.

    Raises what `prove_session` raises.
    """
    proof = prove_session(session, package or open_package(session.package))
    metrics = measure_session(session.events)
    verdict = judge(metrics, proof, session.scenario)
    return Outcome(session, find_presentation(session), metrics, proof, verdict, session.package)
