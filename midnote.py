"""The command line: joins the packager and the simulator, which do not know each other.

Heavy imports stand inside the commands, so that `midnote --help` is instant.
"""

import sys

import typer

import packager.cli
import simulator.cli
from packager.errors import PackagerError
from simulator.errors import SimulatorError

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


def main() -> None:
    """Run one command; a user's mistake is one line and exit code 2, a bug of ours a traceback and 3."""
    try:
        app()
    except (PackagerError, SimulatorError) as error:
        sys.exit(_report(error))
    except KeyboardInterrupt:
        print("midnote: interrupted; nothing half-made was left behind", file=sys.stderr)  # noqa: T201
        sys.exit(130)
    except Exception:
        sys.excepthook(*sys.exc_info())
        print("midnote: this is a bug of ours; please report it with the lines above", file=sys.stderr)  # noqa: T201
        sys.exit(3)


def _report(error: PackagerError | SimulatorError) -> int:
    print(f"midnote: {error}", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    main()
