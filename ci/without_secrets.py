"""Runs a command with the variables that pip needs, and with no secret of the job: ``without_secrets.py COMMAND...``.

A shell can neither list nor unset a variable such as ``INPUT_GITHUB-TOKEN``. ``.persync`` in gitlab.yml keeps the same
variables. It needs the standard library only.
"""

from __future__ import annotations

import os
import re
import sys

_KEPT = re.compile(
    r"PATH|HOME|TMPDIR|LANG|LC_\w+|LD_LIBRARY_PATH|pythonLocation|Python\w*_ROOT_DIR|RUNNER_TEMP|PIP_\w+"
    r"|\w+_(PROXY|proxy)|SSL_CERT_\w+|REQUESTS_CA_BUNDLE"
)


def main() -> None:
    """Replace this process by the command."""
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
    os.execvpe(sys.argv[1], sys.argv[1:], kept)  # noqa: S606 - the command of action.yml


if __name__ == "__main__":
    main()
