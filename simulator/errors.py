"""What can go wrong while simulating, sorted by who must act.

    SimulatorError
    ├── InputError           a scenario, a trace, a journal or an argument cannot be used: its owner mends it
    ├── UnsupportedError     it is valid, but not handled: the user chooses again
    ├── OriginError          the origin did not answer as it should: its operator looks
    └── BrokenPackageError   a presentation is not what it claims: its maker mends it

A bug of ours is none of these: it is an assertion, and nobody catches it.
"""


class SimulatorError(Exception):
    """One line for the user: what, where, what to do."""


class InputError(SimulatorError):
    """A scenario, a trace, a journal or an argument cannot be used."""


class UnsupportedError(SimulatorError):
    """The input is valid, but midnote does not handle it."""


class OriginError(SimulatorError):
    """The origin did not answer, or not as it should."""


class BrokenPackageError(SimulatorError):
    """A presentation is not what it claims to be."""
