"""The command line: joins the packager and the simulator, which do not know each other.

Heavy imports stand inside the commands, so that `midnote --help` is instant.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

import packager.cli
import simulator.cli
from packager.errors import InputError, PackagerError
from simulator.errors import SimulatorError

_INTERRUPTED = 130  # what Typer makes of Ctrl-C, without a word: 128 and the number of the signal, as shells have it

app = typer.Typer(
    name="midnote",
    help="Flip between a song and its music video mid-note, and prove that nobody heard it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 good, 1 the thing judged falls short, 2 bad input or usage, 3 a bug of ours.",
)

packager.cli.add_commands(app)
simulator.cli.add_commands(app)


@app.command(epilog="Example: [bold]midnote demo --out demo[/bold]")
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to put all that is made.")] = Path("demo"),
) -> None:
    """Make a song and its video, package them, play them over two networks with flips, and prove every flip."""
    from importlib.resources import files

    from samples.make import Item, SamplesError, make_samples
    from simulator.demo import play_demo

    typer.secho("1. A song and its music video, made in code", bold=True)
    try:
        (song,) = make_samples(out / "samples", only=Item.SONG)
        (video,) = make_samples(out / "samples", only=Item.VIDEO)
    except SamplesError as error:
        raise InputError(str(error)) from error
    typer.secho(f"2. midnote package {song} --video {video} --out {out / 'package'}", bold=True)
    packager.cli.package(song, video, out=out / "package", title="The sample song")
    typer.secho(f"3. midnote lint {out / 'package'}", bold=True)
    packager.cli.lint(str(out / "package"))
    typer.secho("4. Two listeners over HTTP, each on a network of its own, in real time (38 s)", bold=True)
    names = ("commuter-3g.toml", "lounge-4g.toml")
    scenarios = {name: files("samples").joinpath(name).read_text("utf-8") for name in names}
    raise typer.Exit(play_demo(out / "package", scenarios, out))


def main() -> None:
    """Run one command; a user's mistake is one line and exit code 2, a bug of ours a traceback and 3."""
    try:
        app()
    except (PackagerError, SimulatorError) as error:
        sys.exit(_report(error))
    except SystemExit as leaving:
        if leaving.code == _INTERRUPTED:
            print("midnote: interrupted; nothing half-made was left behind", file=sys.stderr)  # noqa: T201
        raise
    except Exception:
        sys.excepthook(*sys.exc_info())
        print("midnote: this is a bug of ours; please report it with the lines above", file=sys.stderr)  # noqa: T201
        sys.exit(3)


def _report(error: PackagerError | SimulatorError) -> int:
    print(f"midnote: {error}", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    main()
