"""What is loaded when: starting is quick because most commands load little."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("click", "deepdiff", "jsonschema", "pydantic", "requests", "starlette", "uvicorn", "yaml")
LOADED = """
import json, sys
sys.argv = ["persync", *sys.argv[1:]]
from persync.cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


COMPLETED = {"_PERSYNC_COMPLETE": "bash_complete", "COMP_WORDS": "persync plan webtracking/ad", "COMP_CWORD": "2"}


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        (["--version"], {}, []),
        (["-V"], {}, []),
        (["--help"], {}, ["click"]),
        (["schema", "persister"], {}, ["click"]),
        (["plan", "--help"], {}, ["click"]),
        (["apply", "--help"], {}, ["click"]),
        (["validate", "-C", "examples/quickstart"], {}, ["click", "yaml"]),
        ([], COMPLETED, ["click", "yaml"]),
    ],
)
def test_a_command_loads_what_it_needs(arguments: list[str], environ: dict[str, str], expected: list[str]) -> None:
    ran = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", LOADED, *arguments],
        env={**os.environ, **environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT / "examples/quickstart" if environ else ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    loaded = set(json.loads(ran.stderr))
    assert [name for name in HEAVY if name in loaded] == expected
