"""``funnel completion``: what a shell needs to complete commands, options and choices with the tab key."""

from __future__ import annotations

import click

from funnel_tui.cli.common import examples
from funnel_tui.language import tr

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_FUNNEL_COMPLETE"
"""The variable by which the shell asks what could be typed next."""

EXAMPLES = examples("""\
  funnel completion bash > ~/.local/share/bash-completion/completions/funnel
  funnel completion zsh > ~/.zfunc/_funnel      (with fpath+=~/.zfunc before compinit in ~/.zshrc)
  funnel completion fish > ~/.config/fish/completions/funnel.fish
""")


@click.command(epilog=EXAMPLES, help=tr("Print the completion script of a shell."))
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    click.echo(found(context.find_root().command, {}, "funnel", VARIABLE).source())
