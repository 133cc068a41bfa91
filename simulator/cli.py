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
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for a program to read.")] = False,
) -> None:
    """Serve packages over HTTP until Ctrl-C, as fast as this machine can or as slowly as a network would."""
    from simulator.serve import describe_origin, serve_until_stopped
    from simulator.trace_files import read_shape

    trace = read_shape(shape)
    serve_until_stopped(
        folder, trace, port, host, lambda origin: typer.echo(describe_origin(origin, shape, as_json=as_json))
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
    shape: Annotated[
        str | None,
        typer.Option(
            "--shape",
            metavar="3g|4g|wifi|lte|none|FILE",
            help="The network to play over: a name, or a trace file (Sabre, Pensieve, mahimahi, CSV).",
        ),
    ] = None,
    virtual: Annotated[
        bool, typer.Option("--virtual", help="Play in virtual time: minutes take milliseconds, without HTTP.")
    ] = False,
    journal: Annotated[
        Path | None, typer.Option("--journal", metavar="FILE.zip", help="Keep everything that happened, for `prove`.")
    ] = None,
    report: ReportOption = None,
    junit: JunitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a song as a listener's device would, flip between sound and video, and prove every flip.

    Without a scenario or taps, the song is flipped five times at instants that are no segment boundaries.
    Ctrl-C has the listener leave: what was played until then is proven and judged.
    """
    from simulator.journal import write_journal
    from simulator.play import choose_scenario, find_playlist, judge_session, measure_duration_us, play_session
    from simulator.present import present_outcomes
    from simulator.watching import watch_sessions

    target = find_playlist(target)
    duration_us = measure_duration_us(target)
    chosen = choose_scenario(duration_us, scenario, tap or [], shape)
    with watch_sessions([chosen], duration_us) as watchers:
        session = play_session(target, chosen, virtual=virtual, watch=watchers[0])
    if journal is not None:
        write_journal(session, journal)
    outcome = judge_session(session)
    present_outcomes([outcome], report, junit, as_json=as_json)
    raise typer.Exit(outcome.verdict.exit_code)


def prove(
    journal: Annotated[Path, typer.Argument(metavar="JOURNAL", help="What `midnote play --journal` kept.")],
    package: Annotated[
        str | None,
        typer.Option("--package", metavar="DIR|URL", help="The package it was played from, if it has moved."),
    ] = None,
    report: ReportOption = None,
    junit: JunitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay a journal, decode exactly what was appended, and compare it sample by sample with uninterrupted play."""
    from simulator.journal import read_journal
    from simulator.play import find_playlist, judge_session, open_package
    from simulator.present import present_outcomes

    session = read_journal(journal)
    outcome = judge_session(session, open_package(find_playlist(package or session.package)))
    present_outcomes([outcome], report, junit, as_json=as_json)
    raise typer.Exit(outcome.verdict.exit_code)
