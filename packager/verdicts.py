"""The linter's way in and out: where a presentation and the configuration come from, and where findings go."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from rich.console import Console
from rich.text import Text

from packager.errors import InputError
from packager.inspection import FolderFiles, read_presentation
from packager.lint.config import LintConfig, read_config
from packager.lint.finding import Finding, Profile
from packager.lint.formats import Format
from packager.lint.junit import dump_junit
from packager.lint.page import render_page
from packager.lint.presentation import Presentation
from packager.lint.sarif import dump_sarif
from packager.lint.text import dump_findings, format_findings
from packager.terminal import draw_progress

# Looked for in the current folder, as linters of code do.
CONFIG_NAME = "midnote-lint.toml"


def load_config(path: Path | None) -> LintConfig:
    """The configuration in this file, or in midnote-lint.toml of the current folder where that is there.

    Raises InputError where the file cannot be read or says what it may not.
    """
    if path is None:
        path = Path(CONFIG_NAME)
        if not path.is_file():
            return LintConfig()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): give the path of a TOML file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from error
    return read_config(str(path), text)


def read_anywhere(place: str, profile: Profile, *, is_decoded: bool = False) -> Presentation:
    """The presentation in a folder, at a playlist, or behind a URL, with a progress bar while it is fetched or decoded.

    Raises InputError where what is behind a URL should be decoded.
    """
    if "://" not in place:
        presentation = read_presentation(Path(place), profile)
        return _decode(Path(place), presentation) if is_decoded else presentation
    if is_decoded:
        raise InputError(f"--decode {place}: of a URL only headers are fetched: download it and give the folder")
    from packager.remote import read_remote_presentation

    with draw_progress("Fetching playlists") as bar:
        return read_remote_presentation(place, profile, bar.tell)


def _decode(place: Path, presentation: Presentation) -> Presentation:
    from packager.decoding import decode_presentation

    with draw_progress("Decoding") as bar:
        return decode_presentation(presentation, FolderFiles(place if place.is_dir() else place.parent), bar)


def print_findings(presentation: Presentation, findings: Sequence[Finding], chosen: Format) -> None:
    """The findings on standard output; text in colours where that is a terminal."""
    if chosen is not Format.TEXT:
        sys.stdout.write(_render(presentation, findings, chosen) + "\n")
        return
    console = Console(highlight=False, soft_wrap=True)
    for row in format_findings(presentation, findings):
        console.print(Text(row.text, style=row.style))


def write_findings(path: Path, presentation: Presentation, findings: Sequence[Finding], chosen: Format) -> None:
    """The findings in a file, which appears whole. Raises InputError where it cannot be written."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(_render(presentation, findings, chosen) + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written ({error.strerror}): choose another place for -o") from error


def _render(presentation: Presentation, findings: Sequence[Finding], chosen: Format) -> str:
    match chosen:
        case Format.TEXT:
            return "\n".join(row.text for row in format_findings(presentation, findings))
        case Format.JSON:
            return dump_findings(presentation, findings)
        case Format.SARIF:
            return dump_sarif(presentation, findings)
        case Format.JUNIT:
            return dump_junit(presentation, findings)
        case Format.HTML:
            return render_page(presentation, findings)
        case _:
            assert_never(chosen)
