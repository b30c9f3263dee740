"""One import from beginning to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from funnel_tui.domain.said import placed
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.language import tr
from funnel_tui.services.first_start import put_answers
from funnel_tui.services.importing.currency import adopt_currency
from funnel_tui.services.importing.deals import DealImport
from funnel_tui.services.importing.errors_file import errors_file, flush
from funnel_tui.services.importing.history import HistoryImport, stage_events
from funnel_tui.services.importing.known import IMPORTS
from funnel_tui.services.importing.outcome import AllRefusals, Outcome
from funnel_tui.services.importing.plan import ImportOptions, Plan, make_plan
from funnel_tui.services.importing.rates import RateImport
from funnel_tui.services.importing.staging import EventStore
from funnel_tui.services.standing import read_pricing
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace

NAMED = 3
"""Files that the history of changes names; a folder of mail has thousands."""


class _DryRun(Exception):
    """Everything went well and is to be rolled back."""


def run_import(workspace: Workspace, options: ImportOptions) -> Outcome:
    """Import files: all or nothing, one transaction, one change group.

    :returns: what was done, or would be in a dry run.
    :raises ImportRefused: when a row is refused; nothing was written then.
    :raises FunnelError: for a file that cannot be read.
    :raises UsageError: for an option that makes no sense.
    """
    settings = _settings(workspace, options)
    in_use = (*options.files, workspace.database.target.path)
    with errors_file(options.errors, in_use) as errors:
        refusals = AllRefusals(errors, several=len(options.files) > 1)
        flush(errors, options.errors)
        plan = make_plan(options, settings, refusals)
        outcome = Outcome(options.kind, dry_run=options.dry_run)
        try:
            with suppress(_DryRun):
                _carry_out(workspace, plan, outcome)
        finally:
            flush(errors, options.errors)
    return outcome


def _settings(workspace: Workspace, options: ImportOptions) -> TeamSettings:
    """The settings of the team; those that come with the import count already."""
    settings = workspace.settings()
    if options.first is None:
        return settings
    return replace(settings, base_currency=options.first.currency, time_zone=options.first.time_zone)


def _carry_out(workspace: Workspace, plan: Plan, outcome: Outcome) -> None:
    """Read and write in one transaction; events of histories are read before it begins."""
    if plan.options.kind != "history":
        with _import_call(workspace, plan, outcome) as call:
            if plan.options.kind == "deals":
                adopt_currency(call, plan, outcome)
                DealImport(call, plan, read_pricing(call.reader), outcome).run()
            elif plan.options.kind == "contacts":
                # Loaded only here: it brings the library for vCards.
                from funnel_tui.services.importing.contacts import ContactImport

                ContactImport(call, plan, outcome).run()
            elif plan.options.kind == "interactions":
                from funnel_tui.services.importing.interactions import InteractionImport

                InteractionImport(call, plan, outcome).run()
            elif plan.options.kind == "quotas":
                from funnel_tui.services.importing.quotas import QuotaImport

                QuotaImport(call, plan, outcome).run()
            else:
                RateImport(call, plan, outcome).run()
        return
    with EventStore() as store:
        stages = stage_events(plan, store, outcome)
        with _import_call(workspace, plan, outcome) as call:
            HistoryImport(call, plan, stages, read_pricing(call.reader), outcome).run(store)


@contextmanager
def _import_call(workspace: Workspace, plan: Plan, outcome: Outcome) -> Iterator[Transaction]:
    """The service call of an import: rolled back when anything was refused, or in a dry run."""
    with workspace.change(f"{IMPORTS}{plan.options.kind}") as call:
        call.alone()
        if plan.options.first is not None:
            put_answers(call, plan.options.first)
        yield call
        if plan.options.skip_bad and plan.refusals:
            outcome.refused = plan.refusals.error(_errors(plan))
        else:
            _refuse(plan)
        call.summary = _summary(plan, outcome)
        if plan.options.dry_run:
            raise _DryRun


_WHAT = {
    "deals": tr("deals"),
    "history": tr("history"),
    "interactions": tr("interactions"),
    "contacts": tr("contacts"),
    "quotas": tr("quotas"),
    "rates": tr("rates"),
}
"""What can be imported, in words."""


def _summary(plan: Plan, outcome: Outcome) -> str:
    """The line in the history of changes."""
    names = [Path(path).name for path in plan.options.files]
    files = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        files = tr("{some} and {more:,} more").format(some=files, more=len(names) - NAMED)
    words = tr("Imported {what} from {files}: {new:,} new, {updated:,} updated")
    return words.format(what=_WHAT[outcome.kind], files=files, new=outcome.new, updated=outcome.updated)


def _refuse(plan: Plan) -> None:
    if not plan.refusals:
        return
    error = plan.refusals.error(_errors(plan))
    if plan.letters:
        # Nobody can mend what others have written.
        words = tr("--skip-bad leaves out what is refused and takes in the rest.")
        error.hint = placed(f"{error.hint} {words}", error.hint)
    raise error


def _errors(plan: Plan) -> str | None:
    errors = plan.options.errors
    return None if errors is None else str(errors)
