"""``persync completion``."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes command lines in a shell.

    It completes commands, options, environments, persisters, projects, properties, runs and report formats, from the
    files. It sends no request.

    Examples:
      eval "$(persync completion bash)"             in ~/.bashrc
      eval "$(persync completion zsh)"              in ~/.zshrc, after compinit
      persync completion fish | source              in ~/.config/fish/config.fish
    """
    from persync.cli.completion.shell import script
    from persync.cli.terminal import show

    show(script(shell, ctx.find_root().command), verbatim=True)
