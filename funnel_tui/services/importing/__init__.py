"""Importing deals, histories and exchange rates: all or nothing, in one transaction and one change group."""

from funnel_tui.services.importing.outcome import ImportRefused, Outcome
from funnel_tui.services.importing.plan import KINDS, ImportOptions
from funnel_tui.services.importing.run import run_import

__all__ = ["KINDS", "ImportOptions", "ImportRefused", "Outcome", "run_import"]
