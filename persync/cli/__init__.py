"""The command line: one module per command, each short: parse, call, render.

Only this room prints, exits and reads the environment, and it alone puts the others together.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from persync import __version__

_INTERRUPTED = 130


def main() -> None:
    """Run the command line of this process and exit."""
    if sys.argv[1:] == ["--version"] and sys.stdout:
        # Scripts ask this often, and loading click alone takes longer than starting Python.
        with suppress(OSError):  # what is wrong with stdout is said below
            sys.stdout.write(f"persync {__version__}\n")
            sys.stdout.flush()
            return
    from persync.cli.root import run  # noqa: PLC0415 - see above

    code = run()
    if code == _INTERRUPTED:
        # Python would wait for the threads that still read from a silent server; nothing is being written any more.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
