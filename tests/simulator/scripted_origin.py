"""An origin that answers each path with exactly the bytes a test gives it, and remembers what it was asked."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

# Sent instead of an answer: the connection is closed.
HANG_UP = b""


@dataclass
class ScriptedOrigin:
    """`heads`: the requests in order. `ended`: set when a client has closed a connection. `connections`: how many came.

    An answer that is given as a list is used up one by one; one that does not end the body leaves the client waiting.
    """

    answers: Mapping[str, bytes | list[bytes]]
    context: ssl.SSLContext | None = None
    heads: list[str] = field(default_factory=list)
    connections: int = 0
    asked: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def serve(self, client: socket.socket) -> None:
        self.connections += 1
        if self.context:
            client = self.context.wrap_socket(client, server_side=True)
        with client, client.makefile("rb") as reader:
            while head := _read_head(reader):
                self.heads.append(head)
                self.asked.set()
                answer = self.answers[head.split()[1]]
                answer = answer.pop(0) if isinstance(answer, list) else answer
                if answer == HANG_UP:
                    return
                client.sendall(answer)
        self.ended.set()


@contextmanager
def scripted_origin(
    answers: Mapping[str, bytes | list[bytes]], context: ssl.SSLContext | None = None
) -> Iterator[ScriptedOrigin]:
    """The origin while the block runs, one connection at a time."""
    origin = ScriptedOrigin(answers, context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin.url = f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}"

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                origin.serve(client)

        thread = threading.Thread(target=accept)
        thread.start()
        yield origin
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def answer(body: bytes, status: str = "200 OK", *fields: str, length: int | None = None) -> bytes:
    """A whole answer; with `length` it claims another size than it has."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def _read_head(reader: object) -> str:
    lines: list[str] = []
    try:
        while (line := reader.readline().decode().rstrip()) or not lines:  # type: ignore[attr-defined]
            if not line:
                return ""
            lines.append(line)
    except OSError:
        return ""
    return "\n".join(lines)
