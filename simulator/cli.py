"""The simulator's commands. Signatures only; the work is imported when a command runs."""

import typer


def add_commands(app: typer.Typer) -> None:
    """Give `app` the simulator's commands."""
