"""What to answer a request, decided without touching a file or a socket.

Every way of sending (aiohttp's, or a faster one beside it) shares these decisions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from simulator.origin.conditional import Validators, Verdict, allows_range, judge_conditions
from simulator.origin.mediatypes import FileKind
from simulator.origin.ranges import ByteSpan, content_range, select_spans

ALLOWED_METHODS = "GET, HEAD, OPTIONS"

# Players run on other sites than the content: all may read it, and measure how long it took.
OPEN_TO_ALL: tuple[tuple[str, str], ...] = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "Accept-Ranges, Content-Encoding, Content-Length, Content-Range, Date, ETag, Last-Modified",
    ),
    ("Timing-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
)
_PREFLIGHT: tuple[tuple[str, str], ...] = (
    ("Access-Control-Allow-Methods", ALLOWED_METHODS),
    (
        "Access-Control-Allow-Headers",
        "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, Cache-Control",
    ),
    ("Access-Control-Max-Age", "86400"),
)


@dataclass(frozen=True, slots=True)
class Representation:
    """One form of a file, plain or gzipped: what a client must know of it."""

    kind: FileKind
    size_bytes: int
    validators: Validators
    coding: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. Parts of its body are bytes of our own, or spans of the representation to be read while sending."""

    status: HTTPStatus
    fields: tuple[tuple[str, str], ...]
    body: tuple[bytes | ByteSpan, ...] = ()


def answer_file(method: str, request_fields: Mapping[str, str], asked: Representation) -> Answer:
    """The answer to GET or HEAD (`method`) of a file; names in `request_fields` are lower-case.

    A HEAD's answer has no body and the fields of the GET, its length included. RFC 9110 section 14.2
    defines ranges for GET alone, so HEAD ignores them.
    """
    verdict = judge_conditions(request_fields, asked.validators)
    if verdict is Verdict.FAILED:
        return answer_text(method, HTTPStatus.PRECONDITION_FAILED, "the file has changed: ask again without conditions")
    if verdict is Verdict.NOT_MODIFIED:
        return Answer(HTTPStatus.NOT_MODIFIED, _shared_fields(asked))
    if method != "GET":
        return _answer_whole(method, asked)
    spans = None
    if allows_range(request_fields.get("if-range"), asked.validators):
        spans = select_spans(request_fields.get("range"), asked.size_bytes)
    if spans is None:
        return _answer_whole(method, asked)
    if not spans:
        return _answer_unsatisfiable(asked)
    return _answer_span(asked, spans[0]) if len(spans) == 1 else _answer_spans(asked, spans)


def answer_preflight() -> Answer:
    """The answer to OPTIONS: what a page of another site may do."""
    return Answer(HTTPStatus.NO_CONTENT, (*OPEN_TO_ALL, *_PREFLIGHT, ("Allow", ALLOWED_METHODS)))


def answer_text(method: str, status: HTTPStatus, line: str, extra_fields: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer that is one line for a person, as errors are. Never kept by a cache."""
    return answer_page(method, status, line.encode() + b"\n", "text/plain; charset=utf-8", extra_fields)


def answer_page(
    method: str,
    status: HTTPStatus,
    page: bytes,
    media_type: str,
    extra_fields: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """An answer whose body is made on the spot."""
    fields = (*OPEN_TO_ALL, ("Cache-Control", "no-store"), *extra_fields, ("Content-Type", media_type))
    return Answer(status, (*fields, ("Content-Length", str(len(page)))), () if method == "HEAD" else (page,))


def answer_method_refused(method: str) -> Answer:
    """The answer to a method that files do not have."""
    line = f"{method} is not possible here: {ALLOWED_METHODS}"
    return answer_text(method, HTTPStatus.METHOD_NOT_ALLOWED, line, (("Allow", ALLOWED_METHODS),))


def _shared_fields(asked: Representation) -> tuple[tuple[str, str], ...]:
    """What every answer about a file says, 304 included (section 15.4.5)."""
    return (
        *OPEN_TO_ALL,
        ("ETag", asked.validators.etag),
        ("Last-Modified", asked.validators.last_modified),
        ("Cache-Control", asked.kind.keeping.value),
        *((("Vary", "Accept-Encoding"),) if asked.kind.is_text else ()),
    )


def _body_fields(asked: Representation, length_bytes: int, media_type: str) -> tuple[tuple[str, str], ...]:
    return (
        *_shared_fields(asked),
        ("Accept-Ranges", "bytes"),
        *((("Content-Encoding", asked.coding),) if asked.coding else ()),
        ("Content-Type", media_type),
        ("Content-Length", str(length_bytes)),
    )


def _answer_whole(method: str, asked: Representation) -> Answer:
    body = (ByteSpan(0, asked.size_bytes),) if method == "GET" and asked.size_bytes else ()
    return Answer(HTTPStatus.OK, _body_fields(asked, asked.size_bytes, asked.kind.media_type), body)


def _answer_span(asked: Representation, span: ByteSpan) -> Answer:
    fields = _body_fields(asked, span.size_bytes, asked.kind.media_type)
    field = ("Content-Range", content_range(span, asked.size_bytes))
    return Answer(HTTPStatus.PARTIAL_CONTENT, (*fields, field), (span,))


def _answer_spans(asked: Representation, spans: tuple[ByteSpan, ...]) -> Answer:
    """Several spans as multipart/byteranges (section 14.6)."""
    boundary = _choose_boundary(asked, spans)
    parts: list[bytes | ByteSpan] = []
    for span in spans:
        head = (
            f"\r\n--{boundary}\r\n"
            f"Content-Type: {asked.kind.media_type}\r\n"
            f"Content-Range: {content_range(span, asked.size_bytes)}\r\n\r\n"
        )
        parts += (head.encode(), span)
    parts.append(f"\r\n--{boundary}--\r\n".encode())
    length_bytes = sum(len(part) if isinstance(part, bytes) else part.size_bytes for part in parts)
    fields = _body_fields(asked, length_bytes, f"multipart/byteranges; boundary={boundary}")
    return Answer(HTTPStatus.PARTIAL_CONTENT, fields, tuple(parts))


def _choose_boundary(asked: Representation, spans: tuple[ByteSpan, ...]) -> str:
    """96 bits that depend on the request: no file holds them but by design, and the same request gets the same."""
    return sha256(f"{asked.validators.etag} {spans}".encode()).hexdigest()[:24]


def _answer_unsatisfiable(asked: Representation) -> Answer:
    line = f"the file has {asked.size_bytes} bytes, none of them in the range asked for"
    field = ("Content-Range", f"bytes */{asked.size_bytes}")
    return answer_text("GET", HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, line, (field,))
