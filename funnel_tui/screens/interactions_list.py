"""What the stream of interactions reads, and the words around it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.text import Text

from funnel_tui.dialogs.chooser import Entry
from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.deal_list import follow
from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.period import local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trn
from funnel_tui.screens import scoping
from funnel_tui.services.interaction_list import (
    Choices,
    InteractionFilter,
    count_ahead,
    interaction_ids,
    interaction_rows,
)
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.activity_stream import Reading
from funnel_tui.widgets.lines import nothing_here
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.paged import page_ids, pages_between

Finding = Callable[[Workspace, Scope], "array[int]"]
"""Finds the numbers of a list; called outside the UI thread."""


AT_PRESENT = -1
"""As the row of a :class:`Place`: on the latest that is not still to come."""
ABOVE = 4
"""So many of those still to come stand above it."""


class Place(NamedTuple):
    """Where the cursor is: on which interaction, in which row, and how far below the first visible one."""

    number: int | None = None
    row: int = 0
    offset: int = 0
    room: int = 30


@dataclass(frozen=True, slots=True)
class StreamFound:
    """A stream that was read.

    :param wanted: what it was narrowed to.
    :param row: where the cursor goes.
    :param pages: the pages that are in view.
    """

    wanted: InteractionFilter
    scope: Scope
    ids: array[int]
    row: int
    pages: Mapping[int, Sequence[InteractionFact]]
    reading: Reading


def read_stream(
    workspace: Workspace,
    *,
    scope: Scope | None,
    wanted: InteractionFilter,
    place: Place,
    finding: Finding | None = None,
) -> StreamFound:
    """Read a stream and the rows in view.

    :param scope: None for the one the program opens with.
    :param finding: finds the numbers where it is another list than that of the scope.
    """
    scope = scope or scoping.default_scope(workspace)
    ids = interaction_ids(workspace, scope, wanted) if finding is None else finding(workspace, scope)
    row = follow(ids, place.number, place.row)
    if place.row == AT_PRESENT:
        row = min(max(0, len(ids) - 1), 0 if finding else count_ahead(workspace, scope, wanted))
    top = max(0, row - place.offset)
    pages = {
        page: interaction_rows(workspace, page_ids(ids, page))
        for page in pages_between(top, min(len(ids) - 1, top + place.room))
        if len(ids)
    }
    zone, now = ZoneInfo(workspace.settings().time_zone), workspace.clock()
    return StreamFound(wanted, scope, ids, row, pages, Reading(now, local_day(now, zone), zone))


def filter_words(wanted: InteractionFilter) -> str:
    """What a stream was narrowed to: ``Call · voicemail · only “acme”``; empty for everything."""
    state = {True: tr("planned"), False: tr("done"), None: ""}[wanted.planned]
    kind, outcome = kind_word(wanted.kind or ""), outcome_word(wanted.outcome or "")
    text = tr("only “{text}”").format(text=wanted.text.strip()) if wanted.text.strip() else ""
    return " · ".join(filter(None, (kind, outcome, wanted.rep, state, text)))


def title_words(found: StreamFound) -> str:
    """How many there are, of what: ``1,204 interactions · Call · Q4 2026``."""
    count = trn("{n:,} interaction", "{n:,} interactions", len(found.ids)).format(n=len(found.ids))
    return " · ".join(filter(None, (count, filter_words(found.wanted), found.scope.period.label)))


def filter_entries(choices: Choices, wanted: InteractionFilter) -> list[Entry]:
    """What a stream can be narrowed to, as entries of a chooser; a value is a field and what it is to be."""
    now = filter_words(replace(wanted, text=""))
    about = tr("now {filters}").format(filters=now) if now else tr("nothing is left out")
    entries = [
        Entry(tr("everything"), "", about, "all="),
        Entry(tr("planned"), tr("state"), tr("what is still to come"), "planned=1"),
        Entry(tr("done"), tr("state"), tr("what took place"), "planned=0"),
    ]
    entries += [Entry(kind_word(name), tr("kind"), "", f"kind={name}") for name in choices.kinds]
    entries += [Entry(outcome_word(name), tr("outcome"), "", f"outcome={name}") for name in choices.outcomes]
    return entries + [Entry(name, tr("rep"), "", f"rep={name}") for name in choices.reps]


def filtered(wanted: InteractionFilter, answer: str) -> InteractionFilter:
    """A filter with one field set as an entry of :func:`filter_entries` says; a text filter stays."""
    name, _, value = answer.partition("=")
    match name:
        case "planned":
            return replace(wanted, planned=value == "1", outcome=None)
        case "kind":
            return replace(wanted, kind=value, outcome=None)
        case "outcome":
            return replace(wanted, outcome=value, planned=None)
        case "rep":
            return replace(wanted, rep=value)
        case _:
            return InteractionFilter(text=wanted.text)


def empty_words(found: StreamFound) -> Text:
    """What to say instead of an empty stream; empty when there is something to show."""
    if len(found.ids):
        return Text()
    words, scope = filter_words(found.wanted), found.scope
    whose = scope.owner or scope.team
    values = {"period": scope.period.label, "rep": clean(whose or ""), "filters": clean(words)}
    if words:
        what = tr("No interaction in {period} is {filters}.")
        if whose:
            what = tr("No interaction in {period} by {rep} is {filters}.")
        return nothing_here(what.format(**values), tr("esc shows all again."))
    what = tr("No interaction in {period} by {rep} yet.") if whose else tr("No interaction in {period} yet.")
    return nothing_here(
        what.format(**values),
        with_keys(
            tr(
                "{log_call} logs a call, {log} any other kind. {import_file} imports a file of "
                "another program, mail or a calendar. {period_back} goes a period back, {scope} "
                "looks elsewhere."
            )
        ),
    )
