"""The edge of every command: what it returns or raises becomes one sentence and an exit code."""

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from harness.errors import Exit, HarnessError


def guarded(command: Callable[..., int]) -> Callable[..., None]:
    """Turn what a command returns or raises into one sentence and the right exit code."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except HarnessError as wrong:
            click.echo(f"moph-harness: {wrong}", err=True)
            code = wrong.exit_code
        except KeyboardInterrupt:
            click.echo("moph-harness: interrupted; what was collected is kept", err=True)
            code = Exit.INTERRUPTED
        except BrokenPipeError:  # `| head`: nobody reads on, but the exit code must not say "met"
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = Exit.BROKEN
        except Exception:  # noqa: BLE001 — Python's own exit code 1 would read as "the gate is not met"
            click.echo(
                "moph-harness: this is a bug in the harness; please report it with these lines", err=True
            )
            sys.excepthook(*sys.exc_info())
            code = Exit.BROKEN
        sys.exit(code)

    return run
