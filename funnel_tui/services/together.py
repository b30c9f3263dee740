"""Several service calls as one: one transaction, one change group, one undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.services.transaction import Transaction


class Within(Workspace):
    """A workspace whose changes all belong to a transaction that is open already.

    Reads through it do not see what was not committed yet; the services that write read in the transaction.

    :param workspace: the workspace of the open transaction.
    :param call: the transaction.
    """

    def __init__(self, workspace: Workspace, call: Transaction) -> None:
        super().__init__(workspace.database, clock=workspace.clock, actor=call.actor)
        self.call = call

    @contextmanager
    def change(self, action: str, *, undoes: int | None = None) -> Iterator[Transaction]:  # noqa: ARG002
        """The open transaction; whoever opened it commits it."""
        yield self.call


@contextmanager
def together(workspace: Workspace, action: str) -> Iterator[Within]:
    """Make the service calls of a block one change group, with the summary of the last one.

    Calls that must be alone on PostgreSQL (stages, rates, undo) cannot be part of it.

    :param action: the name of the group, such as ``create_deal``.
    """
    with workspace.change(action) as call:
        yield Within(workspace, call)
