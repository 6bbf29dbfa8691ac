"""The command line: one module per command, each short: parse, call, render.

Only this package prints, exits and reads the process environment, and it alone connects the others.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress

from persync import __version__

_INTERRUPTED = 130
_NEW_OBJECTS = 50_000
_UNTIL_INTERRUPTED = frozenset({"logs", "status", "sandbox"})
"""Commands that write no files, and handle signals as soon as they are imported."""


def main() -> None:
    """Run the command line of this process and exit."""
    if sys.argv[1:] in (["--version"], ["-V"]) and sys.stdout:
        # Scripts call this often, and importing click takes longer than starting Python.
        with suppress(OSError):  # an unwritable stdout is reported below
            sys.stdout.write(f"persync {__version__}\n")
            sys.stdout.flush()
            return
    if os.environ.get("_PERSYNC_COMPLETE"):
        from persync.cli.completion.shell import complete  # noqa: PLC0415 - see above
        from persync.cli.root import root  # noqa: PLC0415 - see above

        complete(root)
        return
    if is_default := signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # An exception would be lost in an import, or end it with a traceback; so the signal ends the process.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from persync.cli.root import run  # noqa: PLC0415 - see above

    if is_default and not _UNTIL_INTERRUPTED.intersection(sys.argv):
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # A short process with much data and few cycles: each search for cycles costs more than it frees.
    gc.set_threshold(_NEW_OBJECTS)
    code = run()
    gc.freeze()  # Python searches for cycles once more when it exits
    if code == _INTERRUPTED:
        # Python would wait for threads that still read from a silent server; no request writes any more.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
