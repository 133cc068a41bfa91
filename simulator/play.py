"""Plays a package or a URL as a listener would and judges what came of it: the whole story of one session."""

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit, urlunsplit

from simulator.commands import Fetch, Part
from simulator.controls import Skip
from simulator.drivers.realtime import Watcher, play_live
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.hls import parse_playlist
from simulator.origin import serve_folder
from simulator.outcome import Outcome, count
from simulator.package_folder import PackageFolder, PackageReader
from simulator.package_shelf import PackageShelf
from simulator.package_url import PackageUrl
from simulator.presentation import MediaPlaylist, Medium, Presentation, Resource
from simulator.profile import find_profile
from simulator.prove_songs import prove_play
from simulator.rule_file import choose_rule, load_named_rules
from simulator.scenario import Scenario, Tap
from simulator.scenario_file import read_scenario
from simulator.session import Session, SongAddress
from simulator.song_metrics import measure_play
from simulator.songs import find_presentation, name_song
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


@dataclasses.dataclass(frozen=True, slots=True)
class Survey:
    """What the playlists of a song say: its length, as its cheapest audio rung has it, and whether it has video."""

    duration_us: int
    has_video: bool


def survey_song(target: str) -> Survey:
    """What there is to play at a folder or a URL. Raises InputError when there is no package."""
    package = open_package(target)
    if not is_url(target) and not (Path(target) / MASTER).is_file():
        raise InputError(f"{target}: has no {MASTER}; give a folder that `midnote package` has made")
    master = Fetch(
        0, Resource(urlsplit(target).path.rpartition("/")[2] if is_url(target) else MASTER), Part.MULTIVARIANT
    )
    presentation = parse_playlist(master, package.read(master.resource))
    assert isinstance(presentation, Presentation), "a multivariant fetch gives a presentation"
    rung = Fetch(0, Resource(presentation.audio[0].uri), Part.PLAYLIST)
    playlist = parse_playlist(rung, package.read(rung.resource))
    assert isinstance(playlist, MediaPlaylist), "a playlist fetch gives a media playlist"
    return Survey(playlist.duration_us, bool(presentation.video))


def measure_duration_us(target: str) -> int:
    """Length of the song at a folder or a URL."""
    return survey_song(target).duration_us


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
    first: Survey,
    path: Path | None,
    taps_s: Sequence[float],
    shape: str | None,
    profile: str | None = None,
    rule: str | None = None,
    *,
    next_songs: Sequence[str] = (),
    skips_s: Sequence[float] = (),
    allows_rule_files: bool = False,
) -> Scenario:
    """The scenario that a command line asks for: a file, or taps, or flips spread over the song; over a link or none.

    A song without video is not flipped unless that is asked for.

    `shape`, `profile` and `rule` go before what a file says. Rules from files that the scenario names are code: they
    run only if `allows_rule_files`.
    Raises InputError when it asks for a file and taps, or for what cannot be.
    """
    if path is not None and taps_s:
        raise InputError(f"{path}: it has its own taps; give --scenario or --tap, not both")
    if path is not None and (next_songs or skips_s):
        raise InputError(
            f"{path}: it says itself what comes next, as [[next]] and [[skip]]; leave --next and --skip out"
        )
    if path is not None:
        scenario = read_scenario(path)
    else:
        skips = tuple(Skip(round(second * 1_000_000), song) for song, second in enumerate(skips_s, 1))
        until_us = min(first.duration_us, skips[0].at_us) if skips else first.duration_us
        usual = plan_default_taps(until_us) if first.has_video else ()
        taps = plan_taps(taps_s) if taps_s else usual
        scenario = Scenario("flips", taps, controls=skips, next_songs=tuple(next_songs))
    config = scenario.config
    if rule is not None:
        config = choose_rule(config, rule)
    elif path is not None:
        config = load_named_rules(config, path.parent, str(path), is_allowed=allows_rule_files)
    if profile is not None:
        config = dataclasses.replace(config, profile=find_profile(profile))
    scenario = dataclasses.replace(scenario, config=config)
    return scenario if shape is None else dataclasses.replace(scenario, link=read_shape(shape))


def find_next_songs(target: str, scenario: Scenario, base: Path) -> tuple[str, ...]:
    """Where the songs after `target` are: folders, sought from `base`, or behind a URL, URLs.

    Raises InputError when one is a folder and the other a URL, or a folder is not there.
    """
    if is_url(target):
        return tuple(find_playlist(urljoin(target, name)) for name in scenario.next_songs)
    for name in scenario.next_songs:
        if is_url(name):
            raise InputError(f"{name}: the song before it is a folder, {target}; give both as folders or both as URLs")
    return tuple(str(base / name) for name in scenario.next_songs)


def measure_next_songs(targets: Sequence[str]) -> tuple[tuple[str, int | None], ...]:
    """The name and the length of each song that follows; of one behind a URL the length is found by playing it."""
    return tuple((name_song(each), None if is_url(each) else measure_duration_us(each)) for each in targets)


def play_session(
    target: str,
    scenario: Scenario,
    *,
    virtual: bool = False,
    watch: Watcher | None = None,
    next_songs: Sequence[str] = (),
) -> Session:
    """One session against a folder or a URL, and those that follow it (`find_next_songs`).

    A folder is served on a free loopback port over the scenario's link and played over HTTP in real time, or, if
    `virtual`, played in virtual time. A URL is played as it is: its link is whatever lies between.
    Raises InputError when a virtual session or a link is asked of a URL.
    """
    if is_url(target):
        if refused := _needs_folder(scenario, virtual=virtual):
            way_out = "for a URL, give them to its origin instead, as in `midnote serve DIR --scenario FILE`"
            raise InputError(f"{target}: {refused} needs a package folder; {way_out}")
        return asyncio.run(play_live(target, scenario, watch, tuple(SongAddress(url, url) for url in next_songs)))
    shelf = {name_place(number): Path(song) for number, song in enumerate(next_songs, 2)}
    folder = PackageShelf(Path(target), shelf)
    if virtual:
        return play_virtually(folder, MASTER, scenario, next_songs=_list_addresses(shelf, ""))
    return asyncio.run(play_folder_live(folder.root, scenario, watch, shelf))


def name_place(number: int) -> str:
    """By what name the origin of a session, or its virtual link, knows the song of that number."""
    return f"song-{number}"


def _list_addresses(shelf: Mapping[str, Path], base: str) -> tuple[SongAddress, ...]:
    return tuple(SongAddress(str(folder), f"{base}{name}/{MASTER}") for name, folder in shelf.items())


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


async def play_folder_live(
    root: Path, scenario: Scenario, watch: Watcher | None = None, shelf: Mapping[str, Path] = MappingProxyType({})
) -> Session:
    """One session over real HTTP against an origin of its own, which lives as long as the session.

    `shelf`: the folders of the songs that follow, by the names under which the origin has them.
    """
    async with serve_folder(root, scenario.link, faults=scenario.faults, shelf=shelf) as origin:
        addresses = _list_addresses(shelf, f"{origin.url}/")
        session = await play_live(f"{origin.url}/{MASTER}", scenario, watch, addresses)
    return dataclasses.replace(session, package=str(root))


def judge_session(session: Session, packages: Sequence[PackageReader] | None = None) -> Outcome:
    """Prove a session against its packages (one for each song) and hold it against its limits.

    Raises what `prove_play` raises.
    """
    own = [session.package, *(song.package for song in session.next_songs)]
    if packages is not None and len(packages) != len(own):
        raise InputError(f"the session has {count(len(own), 'song')}; give --package {len(own)} times, in their order")
    proof = prove_play(session, packages or [open_package(each) for each in own])
    metrics = measure_play(session)
    verdict = judge(metrics, proof, session.scenario)
    return Outcome(session, find_presentation(session), metrics, proof, verdict, session.package)
