"""``funnel completion``: what a shell needs to complete commands, options and choices with the tab key."""

from __future__ import annotations

import os
import re
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

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


_PLAIN = re.compile(r"[^\w@%+=:,./-]")


class QuotingBash(BashComplete):
    """Completion for bash that also completes names with blanks and quotes in them."""

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """A line of the answer, written so that bash takes it for one word."""
        if item.type != "plain":
            return super().format_completion(item)
        value = str(item.value)
        word = os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"]) :][:1]
        if not "".join(word).startswith(("'", '"')):
            value = _PLAIN.sub(lambda found: f"\\{found[0]}", value)
        # The script reads the answer with a command that takes one backslash of two away.
        value = value.replace("\\", "\\\\")
        return f"{item.type},{value}"


def answer_shell() -> None:
    """Tell the shell what could be typed next, as the variables of the environment ask; ends the process."""
    from funnel_tui.cli.root import funnel

    add_completion_class(QuotingBash)
    funnel.main(prog_name="funnel")


@click.command(epilog=EXAMPLES, help=tr("Print the completion script of a shell."))
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    click.echo(found(context.find_root().command, {}, "funnel", VARIABLE).source())
