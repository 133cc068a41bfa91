"""A file of streams that are already encoded, open: what each stream holds, and where its coded frames lie."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from packager.coded import CodedPictures, CodedSound
from packager.payloads import Payloads

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CodedStream(Generic[T]):
    """One stream: what it holds, where its packets are, and its init segment, which has no edit list yet."""

    coded: T
    payloads: Payloads
    timescale: int
    written_init: bytes


@dataclass(frozen=True, slots=True)
class CodedFile:
    """The streams of one file; None where it has none."""

    picture: CodedStream[CodedPictures] | None
    sound: CodedStream[CodedSound] | None
