"""What a shell calls to complete a command line, and the scripts that make it do so; click's, but for bash."""

from __future__ import annotations

import os
import re
import sys
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

if TYPE_CHECKING:
    import click

PROGRAM = "persync"
VARIABLE = "_PERSYNC_COMPLETE"
"""With what a script requests completions in this variable."""
_TO_QUOTE = re.compile(r"[^\w@%+=:,./~-]", re.ASCII)
_HARMLESS = re.compile(r"[\w@%+=:,./~*?\[\]-]*", re.ASCII)
"""No shell runs it, in quotes or without. Valid names are; those of files that were not checked yet may not be."""

# click's expands patterns such as project/*, and removes backslashes
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' response type value
    COMPREPLY=()
    response=$(
        env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" %(complete_var)s=bash_complete "$1" 2>/dev/null
    )
    while IFS=',' read -r type value; do
        case "$type" in
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done <<< "$response"
}

complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""


class _Harmless(ShellComplete):
    """Completes no word that a shell could run: bash inserts it as it is behind a quote that the user has typed."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """Return the completions that are harmless."""
        found = super().get_completions(args, incomplete)
        return [item for item in found if item.type != "plain" or _HARMLESS.fullmatch(item.value)]


class _Bash(_Harmless, BashComplete):
    """bash, which splits words at ``=``, and inserts what it is given without quotes around it."""

    source_template = _BASH

    def source(self) -> str:
        """Return the script; it starts no program to find out the version of bash."""
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the incomplete one, and that; ``--option = value`` is ``--option value`` again."""
        words, incomplete = super().get_completion_args()
        incomplete = "" if incomplete == "=" else incomplete
        args: list[str] = []
        for index, word in enumerate(words):
            if word == "=" and index and not words[index - 1].startswith("-"):  # --report json = file
                incomplete = f"{args.pop()}={incomplete}" if index == len(words) - 1 else incomplete
            elif word != "=":
                args.append(word)
        return args, incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return a line for the script, with a backslash before each character that bash would read as its own."""
        quoted = os.environ["COMP_WORDS"].rpartition("\n")[2][:1] in {"'", '"'}
        value = item.value if quoted else _TO_QUOTE.sub(r"\\\g<0>", item.value)
        return f"{item.type},{value}"


class _WholeWords(_Harmless):
    """A shell that does not split words at ``=``: what completes a value takes the place of the option, too."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """Return the completions of a whole word."""
        found = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if equals and option.startswith("--"):
            return [CompletionItem(f"{option}={item.value}", type=item.type, help=item.help) for item in found]
        return found


class _Zsh(_WholeWords, ZshComplete):
    pass


class _Fish(_WholeWords, FishComplete):
    pass


SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def script(shell: str, root: click.Command) -> str:
    """Return the script of a shell, which is evaluated when it starts.

    Args:
        shell: a key of ``SHELLS``.
        root: the command ``persync``.
    """
    return SHELLS[shell](root, {}, PROGRAM, VARIABLE).source()


def complete(root: click.Command) -> None:
    """Write the completions that a script requests, or a script; nothing where that fails: a shell is waiting.

    Args:
        root: the command ``persync``.
    """
    shell, _, what = os.environ.get(VARIABLE, "").partition("_")
    with suppress(Exception, SystemExit), Path(os.devnull).open("w", encoding="utf-8") as nothing:
        with redirect_stderr(nothing):
            completer = SHELLS[shell](root, {}, PROGRAM, VARIABLE)
            text = completer.source() if what == "source" else completer.complete()
        sys.stdout.write(f"{text}\n" if text else "")
        sys.stdout.flush()
