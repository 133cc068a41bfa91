"""The page at `/`: which playlists there are to open, for a person or a program."""

import json
from html import escape
from http import HTTPStatus
from urllib.parse import quote

from simulator.origin.answer import Answer, answer_page

_VARY = (("Vary", "Accept"),)
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>midnote origin</title>
<h1>midnote origin</h1>
<p>Playlists to open in a player:</p>
<ul>
{items}
</ul>
</html>
"""


def answer_index(method: str, accept: str, playlists: tuple[str, ...]) -> Answer:
    """The list of playlists: a page when `accept` names HTML, as browsers do, and JSON otherwise."""
    if "text/html" in accept.lower():
        items = "\n".join(f'<li><a href="/{quote(path)}">{escape(path)}</a></li>' for path in playlists)
        page = _PAGE.format(items=items).encode()
        return answer_page(method, HTTPStatus.OK, page, "text/html; charset=utf-8", _VARY)
    page = json.dumps({"playlists": [f"/{quote(path)}" for path in playlists]}, indent=2).encode() + b"\n"
    return answer_page(method, HTTPStatus.OK, page, "application/json", _VARY)
