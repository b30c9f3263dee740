"""One import from beginning to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from funnel_tui.db.reader import ServerReader
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.errors import FunnelError
from funnel_tui.queries.settings import read_rates
from funnel_tui.services.importing.deals import DealImport
from funnel_tui.services.importing.outcome import AllRefusals, Outcome
from funnel_tui.services.importing.plan import ImportOptions, Plan, make_plan
from funnel_tui.services.standing import Pricing
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace


class _DryRun(Exception):
    """Everything went well and is to be rolled back."""


def run_import(workspace: Workspace, options: ImportOptions) -> Outcome:
    """Import files: all or nothing, one transaction, one change group.

    :returns: what was done, or would be in a dry run.
    :raises ImportRefused: when a row is refused; nothing was written then.
    :raises FunnelError: for a file that cannot be read.
    :raises UsageError: for an option that makes no sense.
    """
    settings = workspace.settings()
    with _errors_file(options.errors) as errors:
        refusals = AllRefusals(errors, several=len(options.files) > 1)
        plan = make_plan(options, settings, refusals)
        outcome = Outcome(options.kind, dry_run=options.dry_run)
        with suppress(_DryRun):
            _carry_out(workspace, plan, settings, outcome)
    return outcome


def _carry_out(workspace: Workspace, plan: Plan, settings: TeamSettings, outcome: Outcome) -> None:
    with workspace.change(f"import_{plan.options.kind}") as call:
        importer = DealImport(call, plan, pricing_of(call, settings), outcome)
        importer.run()
        if plan.refusals:
            errors = plan.options.errors
            raise plan.refusals.error(None if errors is None else str(errors))
        call.summary = summary_of(plan, outcome)
        if plan.options.dry_run:
            raise _DryRun


def pricing_of(call: Transaction, settings: TeamSettings) -> Pricing:
    """The rates and zone that price closed deals, as of this transaction."""
    rates = read_rates(ServerReader(call.connection), settings.base_currency)
    return Pricing(rates, ZoneInfo(settings.time_zone))


def summary_of(plan: Plan, outcome: Outcome) -> str:
    """The line of the audit log."""
    files = ", ".join(Path(path).name for path in plan.options.files)
    return f"import {outcome.kind} from {files}: {outcome.new} new, {outcome.updated} updated"


@contextmanager
def _errors_file(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    try:
        stream = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise FunnelError(f"--errors {path} cannot be written: {error.strerror}.") from error
    with stream:
        yield stream
