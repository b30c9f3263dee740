"""From a form to a service call: what could not be saved comes back to the form with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from funnel_tui.dialogs.base import Dialog
from funnel_tui.errors import StaleEdit
from funnel_tui.language import tr
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.screens.host import HostApp

# As they are stored; what is not here is shown as it is.
FIELD_WORDS = {
    "title": tr("title"),
    "name": tr("name"),
    "note": tr("note"),
    "outcome": tr("outcome"),
    "role": tr("role"),
    "step": tr("step"),
    "amount": tr("amount"),
    "currency": tr("currency"),
    "expected_close": tr("expected close"),
    "organisation": tr("organisation"),
    "source": tr("source"),
    "probability": tr("probability"),
    "demand": tr("demand"),
    "category": tr("category"),
    "staging": tr("staging"),
    "in_use": tr("in use"),
    "stuck_days": tr("stuck days"),
    "required_fields": tr("required fields"),
    "record_demand": tr("record demand"),
}
"""How people call the fields of a row, in the middle of a sentence."""

Wish = TypeVar("Wish")
Saved = TypeVar("Saved", contravariant=True)


class Saving(Protocol[Saved]):
    """Saves an answer."""

    def __call__(self, workspace: Workspace, wish: Saved, *, anyway: bool) -> str:
        """Call the service, outside the UI thread.

        :param anyway: save it although somebody else changed the row.
        :returns: what was done, in words; empty when there was nothing to do.
        """
        ...


def ask(
    app: HostApp,
    form: Callable[[Wish, Mapping[str, str]], Dialog[Wish]],
    wish: Wish,
    save: Saving[Wish],
    wrong: Mapping[str, str] | None = None,
    *,
    then: Callable[[Wish], object] | None = None,
    left: Callable[[], object] | None = None,
) -> None:
    """Open a form and save its answer; a value that is refused opens it again as it was left.

    :param form: makes the form from what its fields shall hold, and messages by field.
    :param wish: what they hold at first.
    :param then: is called with the answer when it was saved.
    :param left: is called when the form was left without an answer.
    """

    def again(mine: Wish, told: Mapping[str, str]) -> None:
        ask(app, form, mine, save, told, then=then, left=left)

    def answered(answer: Wish | None) -> None:
        if answer is not None:
            save_wish(app, answer, save, again, then=then)
        elif left is not None:
            left()

    app.push_screen(form(wish, wrong or {}), answered)


def save_wish(
    app: HostApp,
    wish: Wish,
    save: Saving[Wish],
    again: Callable[[Wish, Mapping[str, str]], object],
    *,
    then: Callable[[Wish], object] | None = None,
    anyway: bool = False,
) -> None:
    """Save an answer in a thread.

    :param again: opens the form once more with the answer and what was wrong with it.
    """

    def stale(error: StaleEdit) -> None:
        mine = partial(save_wish, app, wish, save, again, then=then, anyway=True)
        _ask_which(app, error, mine, partial(again, wish, {}))

    writing_of(app).write(
        Change(
            words=tr("Saving"),
            doing=lambda workspace: _told(save(workspace, wish, anyway=anyway)),
            then=None if then is None else lambda _: then(wish),
            stale=stale,
            invalid=lambda error: again(wish, {error.field: str(error)}),
        )
    )


def _told(words: str) -> Told:
    return Told(words, written=bool(words))


def write(app: HostApp, words: str, doing: Callable[[Workspace], object], told: str) -> None:
    """Call a service in a thread; every screen reads again.

    :param words: what is being done.
    :param told: what was done.
    """

    def work(workspace: Workspace) -> Told:
        doing(workspace)
        return Told(told)

    writing_of(app).write(Change(words, work))


def _ask_which(
    app: HostApp, error: StaleEdit, keep: Callable[[], object], back: Callable[[], object]
) -> None:
    """Somebody else changed the row: show both versions and ask whose shall be kept.

    :param keep: saves the user's own.
    :param back: opens the form again, with what was typed.
    """
    from funnel_tui.dialogs.confirm import ConfirmDialog

    lines = [
        tr("{field}: yours {mine}, theirs {theirs}").format(
            field=field_words(name), mine=_shown(mine), theirs=_shown(error.theirs.get(name))
        )
        for name, mine in error.mine.items()
    ]
    dialog = ConfirmDialog(
        error.message, "\n".join([*lines, "", tr("Save yours over theirs?")]), yes=tr("save mine")
    )

    def answered(yes: bool | None) -> None:
        (keep if yes else back)()

    app.push_screen(dialog, answered)


def field_words(name: str) -> str:
    """How people call a field, in the middle of a sentence."""
    return FIELD_WORDS.get(name, name.replace("_", " "))


def _shown(value: object) -> str:
    return tr("nothing") if value is None or value == "" else str(value)
