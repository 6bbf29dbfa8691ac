"""``persync completion``."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes command lines of persync in a shell.

    \b
    bash  eval "$(persync completion bash)"      in ~/.bashrc
    zsh   eval "$(persync completion zsh)"       in ~/.zshrc, after compinit
    fish  persync completion fish | source       in ~/.config/fish/config.fish

    It completes commands, options, environments, persisters, projects, runs and report formats, from the files. It
    sends no request.
    """  # noqa: D301 - click's \b keeps the lines below it as they are
    from persync.cli.completion.shell import script
    from persync.cli.terminal import show

    show(script(shell, ctx.find_root().command), verbatim=True)
