"""Changes a quota in a form, with a note that says why."""

from __future__ import annotations

from collections.abc import Mapping

from funnel_tui.dialogs.quota_form import AmountForm, AmountWish
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import FunnelError, InvalidInput
from funnel_tui.language import tr
from funnel_tui.screens import quotas_grid_saving as saving
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.quotas_typed import DEALS_HELP, MONEY_HELP, as_typed, quota_typed
from funnel_tui.screens.quotas_words import name_of
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.reports.quota_grid import GridCell, GridHolder, QuotaGrid
from funnel_tui.services.typed import Typed


def ask_with_note(
    app: HostApp, found: QuotaGrid, place: tuple[GridHolder, int], cell: GridCell | None, reader: Typed
) -> None:
    """Ask for the quota of a place; what was refused is asked again with the reason.

    :param place: the row, and the number of the column.
    :param cell: what is there; None for nothing.
    :param reader: what typed text means to the user.
    """
    row, column = place
    period, base = found.periods[column], found.settings.base_currency
    own = None if cell is None or cell.parts else cell
    first = "" if own is None else as_typed(own.amount, own.currency, found.unit, base)
    help_words = DEALS_HELP if found.unit is QuotaUnit.DEALS else MONEY_HELP
    heading = tr("Quota of {name} for {period}").format(
        name=name_of(row.holder, row.name), period=period.label
    )

    def open_form(wish: AmountWish, wrong: Mapping[str, str]) -> None:
        app.push_screen(AmountForm(heading, wish, help_words, wrong=wrong), answered)

    def answered(wish: AmountWish | None) -> None:
        if wish is None:
            return

        def written(told: Told) -> None:
            if isinstance(told.found, FunnelError):
                on_note = isinstance(told.found, InvalidInput) and told.found.field == "note"
                open_form(wish, {"note" if on_note else "amount": str(told.found)})

        try:
            typed = quota_typed(reader, wish.amount, found.unit)
        except InvalidInput as error:
            open_form(wish, {"amount": str(error)})
            return
        doing = saving.setting(typed, row.holder, row.name, period, found.unit, wish.note)
        writing_of(app).write(Change(tr("Saving"), doing, then=written))

    open_form(AmountWish(first, None if own is None else own.note), {})
