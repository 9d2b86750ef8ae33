"""Errors a user can meet, each with the exit code it ends the command with.

HarnessError           4  the harness itself broke
├── BadInput           2  a file or option is wrong: file, line, found, expected, how to fix
├── IntegrityError     5  stored bytes are not the bytes that were recorded
└── Refused            6  scope, consent or privacy forbids it
"""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command. `docs` and README are tested against this list."""

    MET = 0
    NOT_MET = 1
    USAGE = 2
    UNDECIDED = 3
    BROKEN = 4
    INTEGRITY = 5
    REFUSED = 6
    INTERRUPTED = 130


#: What each exit code says, for the documentation and `--help`.
EXIT_MEANING = {
    Exit.MET: "the gate is met",
    Exit.NOT_MET: "the gate is not met: at least one binding check failed",
    Exit.USAGE: "the command line or an input file is wrong",
    Exit.UNDECIDED: "undecided: a binding check could not tell, did not run, or awaits a person",
    Exit.BROKEN: "the harness itself broke",
    Exit.INTEGRITY: "stored evidence is not what was recorded",
    Exit.REFUSED: "refused: outside the scope, the consent or the privacy rules",
    Exit.INTERRUPTED: "interrupted; `run --resume` continues",
}


class HarnessError(Exception):
    """The harness could not do its work."""

    exit_code = Exit.BROKEN


class BadInput(HarnessError):  # noqa: N818 — reads as a fact in the message
    """An input is wrong; the message names the file, the line, the finding and the remedy."""

    exit_code = Exit.USAGE


class IntegrityError(HarnessError):
    """Stored bytes differ from their recorded digest."""

    exit_code = Exit.INTEGRITY


class Refused(HarnessError):  # noqa: N818
    """The scope, the consent or a privacy rule forbids what was asked."""

    exit_code = Exit.REFUSED
