"""How closed choices, days and months are called on the screen.

What is stored, typed into a filter or given to a command keeps its English word; these are for reading only.
"""

from __future__ import annotations

from collections.abc import Mapping

from funnel_tui.domain.shown import count_text
from funnel_tui.domain.status import ForecastCategory, PersonRole
from funnel_tui.domain.tasks import TaskKind, task_word
from funnel_tui.language import tr, trn

# Translators: the kinds of a task, one word each, with different first letters.
TASK_KINDS: Mapping[str, str] = {
    TaskKind.CALL: tr("call"),
    TaskKind.EMAIL: tr("email"),
    TaskKind.MEETING: tr("meeting"),
    TaskKind.OTHER: tr("other"),
}

# Translators: what a person does in a deal, one word each, with different first letters: "Ana decides".
ROLES: Mapping[str, str] = {
    PersonRole.DECIDES: tr("decides"),
    PersonRole.INFLUENCES: tr("influences"),
    PersonRole.USES: tr("uses"),
    PersonRole.BLOCKS: tr("blocks"),
}

CATEGORIES: Mapping[str, str] = {
    ForecastCategory.COMMIT: tr("commit"),
    ForecastCategory.BEST_CASE: tr("best case"),
    ForecastCategory.PIPELINE: tr("pipeline"),
    ForecastCategory.OMITTED: tr("omitted"),
}

_NO_KIND = (f"{TaskKind.OTHER}: ", f"{TASK_KINDS[TaskKind.OTHER]}: ")


def task_kind(kind: str) -> str:
    """What a kind of task is called; one of the team's own is called as it is."""
    return task_word(kind)


def task_words(kind: str, title: str) -> str:
    """A task in words: ``call: ask for the budget``. Of one of no particular kind the kind says nothing."""
    if not title:
        return task_kind(kind)
    return title if kind == TaskKind.OTHER else f"{task_kind(kind)}: {title}"


def without_kind(text: str) -> str:
    """The text of a task without its kind, where that is no particular one."""
    return next((text.removeprefix(start) for start in _NO_KIND if text.startswith(start)), text)


def role_words(role: str) -> str:
    """What a role in a deal is called."""
    return ROLES.get(role, role)


def task_line(kind: str, title: str) -> str:
    """Kind and title of a task: ``other: ask for the budget``."""
    return f"{task_kind(kind)}: {title}" if title else task_kind(kind)


def in_days(days: int) -> str:
    """How far a day is ahead: ``in 1 day``, ``in 12 days``."""
    return trn("in {n} day", "in {n} days", days).format(n=count_text(days))


def days_ago(days: int) -> str:
    """How far a day is back: ``1 day ago``, ``12 days ago``."""
    return trn("{n} day ago", "{n} days ago", days).format(n=count_text(days))


def days_words(days: int) -> str:
    """A number of days: ``1 day``, ``1,482 days``."""
    return trn("{n} day", "{n} days", days).format(n=count_text(days))
