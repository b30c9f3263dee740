"""Saved views: a scope with a name.

A scope is kept as a JSON object with the words of the command line: ``pipelines``, ``owner``, ``team``,
``period``, ``compare``, ``as_of`` (an ISO instant), ``cohort``, ``mode``, ``by``, ``value``,
``present_owner`` and ``where``. What is left out has its default. ``shown`` holds how its screen was set, by
words of the screen's own.

A period that was typed in words, such as ``last month``, is kept as these words: the view moves on with time.
A compared period that lies directly before such a one, or a year before it, moves with it: it is kept as
``previous`` or ``year-before``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, parse_instant, utc_text
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import PREVIOUS, YEAR_BEFORE, Scope, TeamSettings, compared_period
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import FunnelError, NotFound, Refused
from funnel_tui.language import tr, trn
from funnel_tui.queries.views import SavedScope, saved_views
from funnel_tui.services.workspace import Workspace

SCREENS = ("stages", "deals", "interactions", "quotas", "today")
"""The screens that a view can be for. What is kept for the screen *plan* is a scenario."""

_WORDS = (
    *("pipelines", "owner", "team", "period", "compare", "as_of", "cohort", "mode", "by", "value"),
    *("present_owner", "where"),
)
"""What a scope is kept as."""

_LIST = (
    Column("view", Kind.TEXT, tr("View")),
    Column("screen", Kind.TEXT, tr("Screen")),
    Column("rep", Kind.TEXT, tr("Of")),
    Column("is_default", Kind.TEXT, tr("Default")),
    Column("words", Kind.TEXT, tr("Shows")),
)
_FIELDS = (
    *_LIST[:4],
    *(Column(name, Kind.TEXT, name.replace("_", " ").capitalize()) for name in _WORDS),
    Column("view_id", Kind.COUNT, tr("Number")),
)


def read_view(workspace: Workspace, name: str) -> Scope:
    """The scope of a saved view.

    :param name: its name, whatever the case.
    :raises NotFound: when no view has that name; the nearest one is suggested.
    :raises Refused: when its scope cannot be read.
    """
    settings = workspace.settings()
    view = find_view(workspace, name)
    try:
        return scope_from_json(view.scope, settings, workspace.clock())
    except (ValueError, TypeError, AttributeError, FunnelError) as error:
        raise Refused(
            tr("The saved view {name!r} cannot be read: {why}.").format(name=view.name, why=error),
            tr("Save it anew."),
        ) from error


def find_view(workspace: Workspace, name: str) -> SavedScope:
    """A saved view by its name, whatever the case.

    :raises NotFound: when no view has that name; the nearest one is suggested.
    """
    with workspace.read() as reader:
        views = {view.name: view for view in saved_views(reader)}
    wanted = name.strip()
    if wanted in views:
        return views[wanted]
    folded = {shown.casefold(): shown for shown in views}
    if wanted.casefold() in folded:
        return views[folded[wanted.casefold()]]
    near = get_close_matches(wanted.casefold(), folded, n=1)
    raise NotFound(
        tr("No saved view is called {name!r}.").format(name=wanted),
        tr("Did you mean {name!r}?").format(name=folded[near[0]])
        if near
        else trn(
            "There is {n} saved view; funnel views lists it.",
            "There are {n} saved views; funnel views lists them.",
            len(views),
        ).format(n=len(views))
        if views
        else tr("There is none yet; funnel views add saves one."),
    )


def views_report(workspace: Workspace, *, in_words: bool = True) -> Report:
    """The saved views.

    :param in_words: columns for people; else facts for programs.
    """
    with workspace.read() as reader:
        views = saved_views(reader)
    columns = _LIST if in_words else _FIELDS
    rows = []
    for view in views:
        words = words_of(view.scope)
        row = {
            "view": view.name,
            "screen": view.screen,
            "rep": tr("everybody") if in_words and view.rep is None else view.rep,
            "words": tr("cannot be read") if words is None else _shown(view, words),
            "is_default": (tr("yes") if view.is_default else "") if in_words else view.is_default,
            "view_id": view.id,
        }
        facts = {**dict.fromkeys(_WORDS), **(words or {}), **row}
        rows.append({column.name: facts[column.name] for column in columns})
    return Report(
        name="views",
        as_of=workspace.clock(),
        scope=Scope(),
        scope_words={},
        title=tr("Saved views"),
        columns=columns,
        rows=rows,
        totals={},
        total_columns=(),
    )


def _shown(view: SavedScope, words: dict[str, Any]) -> str:
    """What a view shows; a scenario is said to be one, and where it is looked at."""
    if view.screen in SCREENS:
        return scope_in_words(words)
    plain = scope_in_words({**words, "compare": None}, whole="")
    if not plain:
        return tr("scenario: funnel report plan --scenario NAME")
    return tr("scenario of {scope}: funnel report plan --scenario NAME").format(scope=plain)


def words_of(text: str) -> dict[str, Any] | None:
    """The words a scope is kept in; None when they cannot be read."""
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return words if isinstance(words, dict) else None


def scope_in_words(words: dict[str, Any], whole: str | None = None) -> str:
    """A scope in a few words: ``New business · Anna · 2026-Q3 vs 2026-Q2 · by rep``.

    :param whole: what is said of all time; None for that it is.
    """
    kept = words.get("period") or "all"
    period = whole if kept == "all" and whole is not None else _period_in_words(kept)
    parts = [", ".join(map(str, words.get("pipelines") or ())), words.get("owner"), words.get("team")]
    if words.get("compare"):
        period = tr("{period} vs {other}").format(period=period, other=_period_in_words(words["compare"]))
    parts.append(period)
    parts += [words.get("cohort"), words.get("mode") if words.get("mode") != Mode.REACHED else None]
    parts += [tr("by {group}").format(group=words["by"])] if words.get("by") else []
    parts += [tr("where {filter}").format(filter=words["where"])] if words.get("where") else []
    parts += [tr("ratios by amount")] if words.get("value") else []
    parts += [tr("by present owner")] if words.get("present_owner") else []
    parts += [tr("as of {moment}").format(moment=words["as_of"])] if words.get("as_of") else []
    return " · ".join(str(part) for part in parts if part)


def _period_in_words(text: object) -> str:
    """A kept period for people: its name, or its words in the user's language."""
    if text == "all":
        return tr("all time")
    from funnel_tui.domain.period_words import shown_words

    relative = {PREVIOUS: tr("the period before"), YEAR_BEFORE: tr("the same a year before")}
    return relative.get(str(text)) or shown_words(str(text))


def scope_to_json(scope: Scope, shown: Mapping[str, str] | None = None) -> str:
    """A scope as the text a view is kept in; :func:`scope_from_json` reads it back.

    :param shown: how its screen is set.
    """
    words: dict[str, Any] = {
        "pipelines": list(scope.pipelines),
        "owner": scope.owner,
        "team": scope.team,
        "period": scope.period.typed,
        "compare": scope.compare_typed,
        "as_of": None if scope.as_of is None else utc_text(scope.as_of),
        "cohort": scope.cohort,
        "mode": scope.mode,
        "by": scope.by,
        "value": scope.by_value,
        "present_owner": scope.present_owner,
        "where": scope.where.strip(),
        "shown": dict(shown or {}),
    }
    return json.dumps({key: value for key, value in words.items() if value}, ensure_ascii=False)


def scope_from_json(text: str, settings: TeamSettings, now: int) -> Scope:
    """Read a scope back.

    :param settings: they say where a fiscal year begins and which time zone an instant is in.
    :param now: epoch seconds; words for a period are counted from it, or from the as-of of the scope.
    :raises ValueError: for a text that is no JSON object or holds an unknown word.
    :raises UsageError: for a period or instant that makes no sense.
    """
    words = json.loads(text)
    if not isinstance(words, dict):
        raise ValueError("it is no JSON object")
    fiscal = settings.fiscal_start
    as_of = parse_instant(words["as_of"], ZoneInfo(settings.time_zone)) if words.get("as_of") else None
    today = settings.day(now if as_of is None else as_of)
    period = Period.parse(words["period"], fiscal, today) if words.get("period") else Period.all_time()
    compared = words.get("compare")
    return Scope(
        pipelines=tuple(str(name) for name in words.get("pipelines", ())),
        owner=words.get("owner"),
        team=words.get("team"),
        period=period,
        compare=compared_period(compared, period, fiscal, today) if compared else None,
        as_of=as_of,
        cohort=Cohort(words["cohort"]) if words.get("cohort") else None,
        mode=Mode(words.get("mode", Mode.REACHED)),
        by=GroupBy(words["by"]) if words.get("by") else None,
        by_value=bool(words.get("value", False)),
        present_owner=bool(words.get("present_owner", False)),
        where=str(words.get("where", "")),
    )
