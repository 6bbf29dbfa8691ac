"""A program for ``auth.command``: signs in at a token endpoint, and prints its answer or the token alone."""

import sys
from pathlib import Path

_TEXT = """\
#!{python}
import json, os, urllib.parse, urllib.request
form = {{"grant_type": "client_credentials", "client_id": {client!r}, "client_secret": os.environ["ITS_SECRET"]}}
with urllib.request.urlopen({url!r}, urllib.parse.urlencode(form).encode()) as answer:
    body = answer.read().decode()
print(json.loads(body)["access_token"] if {alone} else body)
"""


def write_program(path: Path, url: str, client: str, *, alone: bool = False) -> None:
    """Write the program; it needs the client's secret as ``ITS_SECRET``."""
    path.write_text(_TEXT.format(python=sys.executable, url=url, client=client, alone=alone), encoding="utf-8")
    path.chmod(0o755)
