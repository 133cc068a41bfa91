"""Requests in, responses out: the ordinary way through aiohttp, shaped or not."""

import asyncio
import gzip
import logging
import socket
import struct
from http import HTTPStatus

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from simulator.errors import OriginError
from simulator.faults import UNTOUCHED, Treatment
from simulator.origin.answer import (
    OPEN_TO_ALL,
    Answer,
    Representation,
    answer_file,
    answer_method_refused,
    answer_preflight,
    answer_text,
)
from simulator.origin.body import BodyReader, ReadAt
from simulator.origin.codings import prefers_gzip
from simulator.origin.conditional import Validators, make_etag
from simulator.origin.folder import OpenFile, ServedFolder
from simulator.origin.index import answer_index
from simulator.origin.mediatypes import FileKind, kind_of
from simulator.origin.mischief import Mischief, Pace, hold_back, spoil_answer
from simulator.origin.paths import split_target
from simulator.origin.shaper import Shaper

# Enough that a read costs little beside its send; small enough that many responses fit in memory.
PIECE_BYTES = 256 * 1024
# Gzipped forms are made in memory for each request: playlists are far below this, and nothing above is worth it.
LARGEST_GZIPPED_BYTES = 4 * 1024 * 1024
# A shaped response waits for its client once this much lies unsent in this process (the socket holds some as well).
SHAPED_BUFFER_BYTES = 16 * 1024

_log = logging.getLogger(__name__)


class Responder:
    """Answers requests for the files of one folder, through one network, with the faults that are asked for."""

    def __init__(self, folder: ServedFolder, shaper: Shaper | None, mischief: Mischief | None = None) -> None:
        self._folder = folder
        self._shaper = shaper
        self._mischief = mischief

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """The response, sent to its end or as far as the client listened."""
        names = split_target(request.raw_path)
        if request.method == "OPTIONS":
            return await self._send(request, answer_preflight())
        if request.method not in {"GET", "HEAD"}:
            return await self._send(request, answer_method_refused(request.method))
        if names == ():
            playlists = self._folder.list_playlists()
            return await self._send(request, answer_index(request.method, request.headers.get("Accept", ""), playlists))
        if names is None:
            return await self._send(request, _answer_missing(request))
        with self._folder.open_file(names) as file:
            if file is None:
                return await self._send(request, _answer_missing(request))
            fields = _fields_of(request)
            treatment = UNTOUCHED
            if self._mischief is not None:
                treatment = self._mischief.treat(names, fields.get("range"))
            if treatment is not UNTOUCHED:
                return await self._send_badly(request, file, kind_of(names), fields, treatment)
            representation, read_at = _choose_representation(file, kind_of(names), fields)
            return await self._send(request, answer_file(request.method, fields, representation), read_at)

    async def _send_badly(
        self, request: web.BaseRequest, file: OpenFile, kind: FileKind, fields: dict[str, str], treatment: Treatment
    ) -> web.StreamResponse:
        await hold_back(treatment)
        if treatment.status is not None:
            headers = dict(OPEN_TO_ALL)
            return web.Response(status=treatment.status, headers=headers, text="a fault that the scenario asks for\n")
        fields.pop("accept-encoding", None)  # what is spoiled is the file, not its gzipped form
        representation, read_at = _choose_representation(file, kind, fields)
        answer = spoil_answer(answer_file(request.method, fields, representation), treatment, read_at)
        response = await self._send(request, answer, read_at, Pace(treatment.rate_bytes))
        if treatment.find_failure(representation.size_bytes) and request.transport is not None:
            _break_off(request.transport, is_reset=treatment.is_reset)
        return response

    async def _send(
        self, request: web.BaseRequest, answer: Answer, read_at: ReadAt | None = None, pace: Pace | None = None
    ) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, reason=answer.status.phrase)
        response.headers.update(answer.fields)
        response.headers["Server"] = "midnote"
        body = BodyReader(answer.body, read_at or _read_nothing)
        try:
            await self._send_body(request, response, body, pace)
        except ConnectionError:
            _log.debug("%s: the client left", request.raw_path)
        except OriginError as error:
            # The length is promised already: only a broken connection tells the client that bytes are missing.
            _log.warning("%s: %s; the connection was closed", request.raw_path, error)
            if request.transport:
                request.transport.abort()
        return response

    async def _send_body(
        self, request: web.BaseRequest, response: web.StreamResponse, body: BodyReader, pace: Pace | None
    ) -> None:
        if self._shaper is None:
            await _send_unshaped(await _begin(request, response), body, pace or Pace(None))
            return
        pace = pace or Pace(None)
        flow = await self._shaper.open_flow()
        if request.transport:
            request.transport.set_write_buffer_limits(high=SHAPED_BUFFER_BYTES)
        writer = await _begin(request, response)
        while piece := body.read(pace.limit(self._shaper.quantum_bytes())):
            await self._shaper.carry(flow, len(piece))
            await writer.write(piece)
            await writer.drain()
            await pace.wait(len(piece))


async def _send_unshaped(writer: AbstractStreamWriter, body: BodyReader, pace: Pace) -> None:
    while piece := body.read(pace.limit(PIECE_BYTES)):
        await writer.write(piece)
        await writer.drain()
        await pace.wait(len(piece))


def _break_off(transport: asyncio.Transport, *, is_reset: bool) -> None:
    """Close a connection in the middle of an answer: with a goodbye, or by a reset."""
    if not is_reset:
        transport.close()  # what was written is still sent
        return
    peer = transport.get_extra_info("socket")
    if peer is not None:  # lingering for no time makes the kernel send a reset (socket(7))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _begin(request: web.BaseRequest, response: web.StreamResponse) -> AbstractStreamWriter:
    """Send the head; the writer takes the body."""
    writer = await response.prepare(request)
    assert writer is not None, "a response was begun twice"
    return writer


def _fields_of(request: web.BaseRequest) -> dict[str, str]:
    """The request's fields by lower-case name; one that came several times is one list (RFC 9110 section 5.3)."""
    fields: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return fields


def _choose_representation(file: OpenFile, kind: FileKind, fields: dict[str, str]) -> tuple[Representation, ReadAt]:
    """The plain file, or its gzipped form where that is wanted; never for a range, whose bytes are the file's."""
    modified_s = file.modified_ns // 1_000_000_000
    is_small_text = kind.is_text and file.size_bytes <= LARGEST_GZIPPED_BYTES
    if not is_small_text or "range" in fields or not prefers_gzip(fields.get("accept-encoding")):
        validators = Validators(make_etag(file.size_bytes, file.modified_ns), modified_s)
        return Representation(kind, file.size_bytes, validators), file.read_at
    # Without a time inside, the same file gives the same bytes: its entity tag may be strong.
    content = gzip.compress(file.read_at(0, file.size_bytes), mtime=0)
    validators = Validators(make_etag(file.size_bytes, file.modified_ns, "gzip"), modified_s)
    representation = Representation(kind, len(content), validators, coding="gzip")
    return representation, lambda offset, size_bytes: content[offset : offset + size_bytes]


def _answer_missing(request: web.BaseRequest) -> Answer:
    return answer_text(request.method, HTTPStatus.NOT_FOUND, "no such file here; / lists the playlists")


def _read_nothing(offset: int, size_bytes: int) -> bytes:
    raise AssertionError(f"bytes {offset} to {offset + size_bytes} of an answer without a file")
