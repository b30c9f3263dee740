"""Figures of the Interactions screen explained: what each is, the numbers behind it, the command for it."""

from __future__ import annotations

from funnel_tui.domain.activity import InteractionsWanted
from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.shown import clean
from funnel_tui.domain.status import GroupBy
from funnel_tui.language import tr
from funnel_tui.screens.interactions_activity import ActivityFound, Panel, Shown
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.explaining import moment_words
from funnel_tui.widgets.activity_figures import Figure

_REPORTS = {
    **{Panel.STREAM: "activity", Panel.RATE: "activity", Panel.TALKS: "activity"},
    **{Panel.CONTACT: "activity", Panel.FOLLOW: "followups", Panel.STEPS: "steps", Panel.LOAD: "active"},
}
"""The report of the shell that holds the figures; none holds those before an advance."""


def explain(
    found: ActivityFound, panel: Panel, shown: Shown, row: int, key: str, scope: str
) -> Explanation | None:
    """A figure explained; None where the cursor is on a name.

    :param key: the column.
    :param scope: what is looked at, in words.
    """
    table = shown.table
    figure = table.figure(row, key)
    if figure is None or not figure.words:
        return None
    title = next(column.title for column in table.columns if column.key == key)
    about = clean(figure.formula)
    return Explanation(
        name=" · ".join(filter(None, (_row_name(table.rows[row]), title))),
        value=figure.text.strip(),
        definition=figure.words,
        formula=f"{about} = {figure.text.strip()}" if about else "",
        sample=figure.n,
        limit=found.view.settings.small_n,
        scope=" · ".join(filter(None, (shown.title, scope))),
        as_of=moment_words(found.view.as_of, found.view.settings.time_zone, is_now=found.scope.as_of is None),
        notes=(*table.notes, *found.view.notes),
        command=_command(found, panel),
        has_deals=figure.wanted is not None,
        listed=tr("interactions") if isinstance(figure.wanted, InteractionsWanted) else "",
    )


def _row_name(row: tuple[Figure, ...]) -> str:
    """What the row is about: the names in front of its figures."""
    names = []
    for figure in row:
        if figure.words:
            break
        names.append(figure.text)
    return " · ".join(filter(None, names))


def _command(found: ActivityFound, panel: Panel) -> str:
    name = _REPORTS.get(panel)
    if name is None:
        return ""
    by_rep = panel is Panel.LOAD or (panel is Panel.FOLLOW and found.options.by_rep)
    return report_command(name, found.scope.with_(by=GroupBy.REP if by_rep else None))
