"""The command line: `python -m samples --out DIR`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from samples.make import Item, SamplesError, make_samples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def make(
    out: Annotated[Path, typer.Option(help="The folder to make them in; made itself when it is missing.")],
    seed: Annotated[int, typer.Option(help="Another seed gives another song and other scenery.")] = 1,
    only: Annotated[Item | None, typer.Option(help="Make this one only.")] = None,
) -> None:
    """Make a song and its music videos: song.flac, video.mp4 (same edit) and own-edit/video.mp4 with truth.json.

    What is already there, made by this version from this seed, is left as it is.

    Example: python -m samples --out demo/sources --only video
    """
    try:
        paths = make_samples(out, seed, only)
    except SamplesError as error:
        print(f"samples: {error}", file=sys.stderr)  # noqa: T201
        raise typer.Exit(2) from error
    for path in paths:
        typer.echo(path)


if __name__ == "__main__":
    app(prog_name="python -m samples")
