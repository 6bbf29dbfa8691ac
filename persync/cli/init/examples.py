"""The project's examples that ``persync init`` writes: there is no other copy of them.

A wheel carries them inside the package; a checkout, and so an editable install, has them beside the package.
"""

from __future__ import annotations

from pathlib import Path

import persync

_PACKAGE = Path(persync.__file__).parent
EXAMPLE_ENVIRONMENT = "production"
EXAMPLE_ORIGIN = "https://harvester.example.com"
"""What the examples name as environment and as origin of its API."""


def _examples() -> Path:
    shipped = _PACKAGE / "examples"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "examples"


def example(name: str) -> str:
    """Return an example's text; ``name`` is its path below ``examples/``."""
    return (_examples() / name).read_text(encoding="utf-8")


def quickstart() -> dict[str, str]:
    """Return the files of the installation to play with, by path: the sandbox's description and the persisters."""
    folder = _examples() / "quickstart"
    files = [folder / "sandbox.yaml", *sorted(folder.glob("persisters/**/*.yaml"))]
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


def github_workflow(environment: str, origin: str, folder: str) -> str:
    """Return the workflow for GitHub.

    Args:
        environment: its environment, of persync.yaml and of GitHub.
        origin: the only one that the token may be sent to; empty where it is not known yet.
        folder: the folder of persync.yaml, from the top of the repository; empty for the top itself.
    """
    text = example("github-workflow/persync.yml").replace(EXAMPLE_ORIGIN, origin or EXAMPLE_ORIGIN)
    named = f"environment: {environment}\n"
    if folder:
        # only the steps have more than one level of indentation before it
        in_step = f"          environment: {EXAMPLE_ENVIRONMENT}\n"
        text = text.replace(in_step, f"{in_step}          working-directory: {folder}\n")
    text = text.replace(f"environment: {EXAMPLE_ENVIRONMENT}\n", named)
    return text.replace(f'"{EXAMPLE_ENVIRONMENT}"', f'"{environment}"').replace(
        f"persync-apply-{EXAMPLE_ENVIRONMENT}", f"persync-apply-{environment}"
    )


def gitlab_pipeline(environment: str, folder: str) -> str:
    """Return the pipeline for GitLab; the arguments are those of ``github_workflow``."""
    variables = f"  PERSYNC_ENVIRONMENT: {environment}\n" + (f"  PERSYNC_FOLDER: {folder}\n" if folder else "")
    text = example("gitlab-pipeline/gitlab-ci.yml")
    return text.replace(f"  PERSYNC_ENVIRONMENT: {EXAMPLE_ENVIRONMENT}\n", variables)
