"""The simulator's commands. Signatures only; the work is imported when a command runs."""

from pathlib import Path
from typing import Annotated

import typer

ReportOption = Annotated[
    Path | None, typer.Option("--report", metavar="FILE.html", help="Write a self-contained HTML report.")
]
JunitOption = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE.xml", help="Write JUnit XML, one case per limit.")
]
StepSummaryOption = Annotated[
    Path | None,
    typer.Option(
        "--step-summary",
        metavar="FILE.md",
        envvar="GITHUB_STEP_SUMMARY",
        show_envvar=False,
        help="Add a Markdown page to this file; where GitHub names one, it is used.",
    ),
]
P1203Option = Annotated[
    Path | None,
    typer.Option("--p1203", metavar="DIR", help="Write an ITU-T P.1203 (mode 0) input file for each watched stretch."),
]
RuleFileOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--rule",
        metavar="FILE.py",
        help="The rule file that the session was played by, if one was: code that you trust. Repeatable.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON for a program to read.")]


def add_commands(app: typer.Typer) -> None:
    """Give `app` the simulator's commands."""
    app.command(
        epilog="Example: [bold]midnote serve out/song --port 0 --shape 3g[/bold]",
    )(serve)
    app.command(
        epilog="Example: [bold]midnote play out/song --shape 3g --tap 7.3 --tap 19.1 --report report.html[/bold]",
    )(play)
    app.command(
        epilog="Example: [bold]midnote prove out/session.journal.zip --report report.html[/bold]",
    )(prove)
    app.command(
        epilog="Example: [bold]midnote replay out/session.journal.zip --only playback --only decisions[/bold]",
    )(replay)
    app.command(
        epilog="Example: [bold]midnote sweep out/song --trace traces/ --switching cold --switching segment[/bold]",
    )(sweep)
    app.command(
        epilog="Example: [bold]midnote compare monday.sqlite tuesday.sqlite --report compare.html[/bold]",
    )(compare)


def serve(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A package, or a folder of packages.", show_default=False)
    ],
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    shape: Annotated[
        str,
        typer.Option(
            metavar="3g|4g|wifi|lte|none|FILE",
            help="The network that all responses share: a name, or a trace file (Sabre, Pensieve, mahimahi, CSV).",
        ),
    ] = "none",
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario", metavar="FILE.toml", help="Take its \\[faults], and its \\[link] unless --shape is given."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for a program to read.")] = False,
) -> None:
    """Serve packages over HTTP until Ctrl-C, as fast as this machine can, or as slow and faulty as a network."""
    from simulator.faults import NO_FAULTS
    from simulator.scenario_file import read_scenario
    from simulator.serve import describe_origin, serve_until_stopped
    from simulator.trace_files import read_shape

    asked = None if scenario is None else read_scenario(scenario)
    trace = asked.link if asked is not None and shape == "none" else read_shape(shape)
    name = trace.name if asked is not None and trace is not None else shape
    serve_until_stopped(
        folder,
        trace,
        port,
        host,
        lambda origin: typer.echo(describe_origin(origin, name, as_json=as_json)),
        NO_FAULTS if asked is None else asked.faults,
    )


def play(
    target: Annotated[
        str,
        typer.Argument(
            metavar="DIR|URL", help="A package folder, or the URL of one or of its master.m3u8.", show_default=False
        ),
    ],
    scenario: Annotated[
        Path | None, typer.Option("--scenario", metavar="FILE.toml", help="What the listener does, and the limits.")
    ] = None,
    tap: Annotated[
        list[float] | None,
        typer.Option("--tap", metavar="SECONDS", help="Flip at this song time: to video, then back. Repeatable."),
    ] = None,
    next_song: Annotated[
        list[str] | None,
        typer.Option("--next", metavar="DIR|URL", help="Another song after it, or after the one before. Repeatable."),
    ] = None,
    skip: Annotated[
        list[float] | None,
        typer.Option(
            "--skip", metavar="SECONDS", help="Tap on next at this song time: of the first song, then of the second..."
        ),
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(
            "--shape",
            metavar="3g|4g|wifi|lte|none|FILE",
            help="The network to play over: a name, or a trace file (Sabre, Pensieve, mahimahi, CSV).",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            help="How the player switches: two-element, native, reload, variant-switch, flush-on-enable, filler.",
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule",
            metavar="RULE|FILE.py",
            help="How rungs are chosen: throughput, bola, bola-e, dynamic, robust-mpc, buffer-based, fixed:N, a file.",
        ),
    ] = None,
    allow_rule_files: Annotated[
        bool,
        typer.Option("--allow-rule-files", help="Run the rule files that the scenario names: code that you trust."),
    ] = False,
    virtual: Annotated[
        bool, typer.Option("--virtual", help="Play in virtual time: minutes take milliseconds, without HTTP.")
    ] = False,
    journal: Annotated[
        Path | None, typer.Option("--journal", metavar="FILE.zip", help="Keep everything that happened, for `prove`.")
    ] = None,
    report: ReportOption = None,
    junit: JunitOption = None,
    step_summary: StepSummaryOption = None,
    p1203: P1203Option = None,
    as_json: JsonOption = False,
) -> None:
    """Play a song as a listener's device would, flip between sound and video, and prove every flip.

    Without a scenario or taps, the song is flipped five times at instants that are no segment boundaries. Each song
    that is to come next follows at its end, with the picture on if it was on.
    Ctrl-C has the listener leave: what was played until then is proven and judged.
    """
    from simulator.journal import write_journal
    from simulator.play import (
        choose_scenario,
        find_next_songs,
        find_playlist,
        judge_session,
        measure_next_songs,
        play_session,
        survey_song,
    )
    from simulator.present import Files, present_outcomes
    from simulator.watching import watch_sessions

    target = find_playlist(target)
    song = survey_song(target)
    chosen = choose_scenario(
        song, scenario, tap or [], shape, profile, rule,
        next_songs=next_song or [], skips_s=skip or [], allows_rule_files=allow_rule_files,
    )  # fmt: skip
    follow = find_next_songs(target, chosen, scenario.parent if scenario else Path())
    with watch_sessions([chosen], song.duration_us, measure_next_songs(follow)) as watchers:
        session = play_session(target, chosen, virtual=virtual, watch=watchers[0], next_songs=follow)
    if journal is not None:
        write_journal(session, journal)
    outcome = judge_session(session)
    present_outcomes([outcome], Files(report, junit, step_summary, p1203), as_json=as_json)
    raise typer.Exit(outcome.verdict.exit_code)


def prove(
    journal: Annotated[Path, typer.Argument(metavar="JOURNAL", help="What `midnote play --journal` kept.")],
    package: Annotated[
        list[str] | None,
        typer.Option(
            "--package", metavar="DIR|URL", help="The package it was played from, if it has moved; once for each song."
        ),
    ] = None,
    rule: RuleFileOption = None,
    report: ReportOption = None,
    junit: JunitOption = None,
    step_summary: StepSummaryOption = None,
    p1203: P1203Option = None,
    as_json: JsonOption = False,
) -> None:
    """Replay a journal, decode exactly what was appended, and compare it sample by sample with uninterrupted play."""
    from simulator.journal import read_journal
    from simulator.play import find_playlist, judge_session, open_package
    from simulator.present import Files, present_outcomes
    from simulator.rule_file import give_rules

    (session,) = give_rules([read_journal(journal)], rule or ())
    moved = [open_package(find_playlist(each)) for each in package or ()]
    outcome = judge_session(session, moved or None)
    present_outcomes([outcome], Files(report, junit, step_summary, p1203), as_json=as_json)
    raise typer.Exit(outcome.verdict.exit_code)


def replay(
    journal: Annotated[Path, typer.Argument(metavar="JOURNAL", help="What `midnote play --journal` kept.")],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="fetches|decisions|playback", help="Only this. Repeatable.", show_default=False),
    ] = None,
    rule: RuleFileOption = None,
    print_all: Annotated[bool, typer.Option("--all", help="Print every step at once, as is done in a pipe.")] = False,
) -> None:
    """Step through a session: what came, what the player did, and how its buffers stood.

    A bug report is a journal: the player runs again on its inputs, and must do again what it did.
    """
    import sys

    from rich.console import Console

    from simulator.journal import read_journal
    from simulator.replay import check_replay, print_steps, walk_steps
    from simulator.retrace import TOPICS, retrace
    from simulator.rule_file import give_rules

    for topic in only or ():
        if topic not in TOPICS:
            raise typer.BadParameter(f"{topic!r} is none of {', '.join(TOPICS)}", param_hint="--only")
    (session,) = give_rules([read_journal(journal)], rule or ())
    check_replay(session)
    steps = retrace(session, only or ())
    if print_all or not (sys.stdin.isatty() and sys.stdout.isatty()):
        print_steps(steps, Console(highlight=False))
    elif steps:
        walk_steps(steps, Console(highlight=False))


def sweep(
    packages: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Package folders.", show_default=False)],
    trace: Annotated[
        list[str] | None,
        typer.Option(
            "--trace",
            metavar="3g|4g|wifi|lte|FILE|DIR",
            help="A network: a name, a trace file, or a folder of them. Repeatable; without one, 3g, 4g and wifi.",
        ),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="RULE|FILE.py",
            help="An adaptation rule to compare: a name, or a file with one. Repeatable.",
            show_default="throughput",
        ),
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", help="A player profile to compare. Repeatable.", show_default="two-element"),
    ] = None,
    switching: Annotated[
        list[str] | None,
        typer.Option(
            "--switching",
            metavar="POLICY",
            help="How a switch is made ready and done: cold, init, segment or hover; earliest, own or next; expected, "
            "cheapest or fixed:N; joined by +, as in segment+own. Repeatable.",
            show_default="usual",
        ),
    ] = None,
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            "--scenario",
            metavar="FILE.toml",
            help="Listeners and limits from a file, instead of seeded ones. Repeatable.",
        ),
    ] = None,
    listeners: Annotated[int, typer.Option(min=1, help="How many listeners, each tapping at random instants.")] = 10,
    taps: Annotated[int, typer.Option(min=1, help="How often each of them taps, at most.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="The first listener's seed.")] = 1,
    prove: Annotated[
        bool, typer.Option("--prove", help="Decode the sound of every session, too: far slower, and complete.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes; 0 takes one for each core.")] = 0,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE.sqlite", help="Results; what it holds already is not played again."),
    ] = Path("sweep.sqlite"),
    report: ReportOption = None,
    at_least: Annotated[
        float, typer.Option(metavar="PERCENT", min=0, max=100, help="How many sessions must keep every limit.")
    ] = 100.0,
    as_json: JsonOption = False,
) -> None:
    """Play every package over every network by every rule and profile, for many listeners, on all cores.

    Sessions are in virtual time. The same command goes on where it was stopped. Exits with 1 when fewer sessions than
    `--at-least` kept their limits, or when it was interrupted. For large sweeps `make compiled` builds the same player
    as machine code: then give the command as `build/compiled/midnote sweep`.
    """
    from simulator.present_sweep import present_sweep, watch_sweep
    from simulator.sweep import Sweep, find_traces, make_contenders, run_sweep
    from simulator.sweep_plan import USUAL_SWITCHING
    from simulator.sweep_run import count_cores

    contenders = make_contenders(rule or ["throughput"], profile or ["two-element"], switching or [USUAL_SWITCHING])
    wanted = Sweep(
        tuple(packages), find_traces(trace or ["3g", "4g", "wifi"]), contenders, tuple(scenario or ()), listeners, taps,
        seed, prove,
    )  # fmt: skip
    with watch_sweep() as tell:
        outcome = run_sweep(wanted, out, jobs or count_cores(), tell)
    present_sweep(outcome, out, report, as_json=as_json)
    raise typer.Exit(outcome.exit_code(at_least))


def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="Results of a sweep, or a journal.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The same of another day, version or setting.")],
    rule: RuleFileOption = None,
    report: ReportOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed between two runs, and how sure that is.

    Sweeps are compared session by session: same package, network, rule, profile and listener. Exits with 1 when a
    figure certainly got worse (its 95 % interval leaves 0 out), or when the second of two sessions falls short and the
    first did not.
    """
    from simulator.compare import compare_runs

    raise typer.Exit(compare_runs(before, after, report, rule or (), as_json=as_json))
