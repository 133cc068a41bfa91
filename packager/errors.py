"""What can go wrong while packaging, sorted by who must act.

    PackagerError
    ├── InputError           a file or an argument cannot be used: its owner mends it
    ├── UnsupportedError     it is valid, but not handled: the user chooses again
    └── BrokenPackageError   a package on disk is not what it claims: its maker mends it

A bug of ours is none of these: it is an assertion, and nobody catches it.
"""


class PackagerError(Exception):
    """One line for the user: what, where, what to do."""


class InputError(PackagerError):
    """A file or an argument cannot be used."""


class UnsupportedError(PackagerError):
    """The input is valid, but midnote does not handle it."""


class BrokenPackageError(PackagerError):
    """A package on disk is not what it claims to be."""
