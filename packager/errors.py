"""What can go wrong while packaging, sorted by who must act.

    PackagerError
    ├── InputError           a file or an argument cannot be used: its owner mends it
    ├── UnsupportedError     it is valid, but not handled: the user chooses again
    └── BrokenPackageError   a package on disk is not what it claims: its maker mends it

A bug of ours is none of these: it is an assertion, and nobody catches it.
"""

import unicodedata

# Controls, lone surrogates (how Python holds such bytes), line and paragraph separators.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


class PackagerError(Exception):
    """One line for the user: what, where, what to do. Odd characters of a file's name do not break it."""

    def __str__(self) -> str:
        return printable(super().__str__())


def printable(text: str) -> str:
    """The text with line ends, other control characters and bytes that are no UTF-8 as escapes."""
    return "".join(_escape(each) if unicodedata.category(each) in _UNPRINTABLE else each for each in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


class InputError(PackagerError):
    """A file or an argument cannot be used."""


class UnsupportedError(PackagerError):
    """The input is valid, but midnote does not handle it."""


class BrokenPackageError(PackagerError):
    """A package on disk is not what it claims to be."""
