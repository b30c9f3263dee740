"""What can be done to organisations and people: each asks in a dialog and makes the change answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from funnel_tui.dialogs.conflict import ConflictDialog, differing, merged_texts
from funnel_tui.dialogs.merge import BOTH, MergeAnswer, MergeDialog, MergeField
from funnel_tui.dialogs.organisation_form import OrganisationForm, OrganisationWish
from funnel_tui.dialogs.person_form import PersonForm, PersonWish
from funnel_tui.dialogs.wishes import MergeWish, Pick
from funnel_tui.domain.directory import Kind, Likeness
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.status import OrganisationStatus, PersonRole
from funnel_tui.errors import InvalidInput, StaleEdit
from funnel_tui.language import tr, trn
from funnel_tui.screens import directory_saving as saving
from funnel_tui.screens.deal_desk import organisations_like
from funnel_tui.screens.directory_saving import Wish
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.directory import organisation_detail, person_detail
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.words import role_words

if TYPE_CHECKING:
    from funnel_tui.services.merging import MergePreview

LABELS = {
    "name": tr("Name"),
    "status": tr("Status"),
    "note": tr("Note"),
    "organisation": tr("Organisation"),
    "email": tr("E-mail"),
    "phone": tr("Phone"),
}
_NEW: Mapping[Kind, str] = {"organisation": tr("New organisation"), "person": tr("New person")}
_READING: Mapping[Kind, str] = {
    "organisation": tr("Reading the organisation"),
    "person": tr("Reading the person"),
}
_MERGED: Mapping[Kind, str] = {
    "organisation": tr("Merged organisation {gone} into {kept}. {undo} undoes it."),
    "person": tr("Merged person {gone} into {kept}. {undo} undoes it."),
}
LIKELY = 20
"""So many likely duplicates are offered."""


def _read(
    app: HostApp, words: str, reading: Callable[[Workspace], Any], then: Callable[[Any], object]
) -> None:
    """Read what a dialog needs, after the changes that are still under way."""
    writing_of(app).write(
        Change(
            words,
            lambda workspace: Told(found=reading(workspace), written=False),
            lambda told: then(told.found),
            asks=True,
        )
    )


def _detail(workspace: Workspace, kind: Kind, number: int) -> Any:
    return (organisation_detail if kind == "organisation" else person_detail)(workspace, number)


# New and edit


def new(
    app: HostApp,
    kind: Kind,
    *,
    organisation: Pick | None = None,
    done: Callable[[int], object] | None = None,
) -> None:
    """Fill in the form of a new organisation or person.

    :param organisation: where the new person is.
    :param done: is called with the number of the new one.
    """
    wish: Wish = OrganisationWish() if kind == "organisation" else PersonWish(organisation=organisation)
    _open(app, _NEW[kind], wish, alike=True, save=saving.create, done=done)


def edit(app: HostApp, kind: Kind, number: int) -> None:
    """Change what is written about an organisation or a person."""
    _read(
        app,
        _READING[kind],
        lambda workspace: _detail(workspace, kind, number),
        lambda detail: _edit(app, kind, detail, saving.wish_of(detail)),
    )


def _edit(app: HostApp, kind: Kind, detail: Any, wish: Wish) -> None:
    base, number = saving.wish_of(detail), detail.line.id

    def stale(mine: Wish) -> None:
        """Somebody else changed it: read it again, put both together, show the form once more."""
        _read(
            app,
            _READING[kind],
            lambda workspace: _detail(workspace, kind, number),
            lambda now: _settle(app, kind, now, base, mine),
        )

    save = partial(saving.edit, base=base, number=number, version=detail.version)
    _open(app, tr("Edit {name}").format(name=detail.line.name), wish, save=save, stale=stale)


def _settle(app: HostApp, kind: Kind, now: Any, base: Wish, mine: Wish) -> None:
    """Ask which is to hold in the fields that both changed, then go on with the form."""
    texts, theirs = saving.texts_of(mine), saving.texts_of(saving.wish_of(now))
    merged, clashes, _ = merged_texts(saving.texts_of(base), texts, theirs)
    if not clashes:
        app.notify(tr("Somebody else changed it meanwhile; both are in the form. Save again."), markup=False)
        _edit(app, kind, now, saving.wish_from(kind, merged))
        return

    def settled(answer: MergeWish | None) -> None:
        if answer is None:
            return
        for name in clashes:
            if name not in answer.mine:
                merged.update({key: theirs[key] for key in (name, f"{name}_id") if key in theirs})
        _edit(app, kind, now, saving.wish_from(kind, merged))

    fields = differing({name: LABELS[name] for name in clashes}, texts, theirs)
    app.push_screen(ConflictDialog(now.line.name, fields), settled)


def _open(
    app: HostApp,
    heading: str,
    wish: Wish,
    *,
    save: Callable[[Workspace, Any], Told],
    stale: Callable[[Wish], object] | None = None,
    alike: bool = False,
    done: Callable[[int], object] | None = None,
    errors: Mapping[str, str] | None = None,
) -> None:
    """Open a form and save its answer; a value that is refused opens it again as it was left."""
    again = partial(_open, app, heading, save=save, stale=stale, alike=alike, done=done)

    def answered(answer: Wish | None) -> None:
        if answer is None:
            return

        def refused(error: InvalidInput) -> None:
            again(answer, errors={error.field: str(error)})

        def is_stale(_error: StaleEdit) -> None:
            if stale is not None:
                stale(answer)

        def saved(told: Told) -> None:
            if done is not None:
                done(told.found)

        writing_of(app).write(
            Change(tr("Saving"), lambda workspace: save(workspace, answer), saved, is_stale, refused)
        )

    reader = Typed(app.settings, app.workspace.clock, habits=app.workspace.habits)
    look = partial(_alike_words, app.workspace, wish) if alike else None
    if isinstance(wish, OrganisationWish):
        app.push_screen(OrganisationForm(heading, wish, reader, alike=look, errors=errors), answered)
    else:
        find = partial(organisations_like, app.workspace)
        app.push_screen(PersonForm(heading, wish, reader, find, alike=look, errors=errors), answered)


def _alike_words(workspace: Workspace, wish: Wish, texts: Mapping[str, str]) -> str:
    """Who a new one may be the same as."""
    from funnel_tui.services.duplicates import likely_duplicates

    place = texts.get("organisation_id")
    found = likely_duplicates(
        workspace,
        texts["name"],
        kind="organisation" if isinstance(wish, OrganisationWish) else "person",
        email=texts.get("email"),
        organisation_id=int(place) if place else None,
        limit=3,
    )
    names = [f"{_called(one)} ({one.why})" for one in found]
    return tr("Much like {names}.").format(names=", ".join(names)) if names else ""


def _called(one: Likeness) -> str:
    if not one.organisation:
        return one.name
    # Translators: a person at an organisation.
    return tr("{name} at {organisation}").format(name=one.name, organisation=one.organisation)


def _why_alike(one: Likeness) -> str:
    if not one.organisation:
        return one.why
    # Translators: why two may be the same, and where the other one is.
    return tr("{why}, at {organisation}").format(why=one.why, organisation=one.organisation)


# Prospect or customer


def turn_status(app: HostApp, number: int, seen: OrganisationStatus) -> None:
    """Make a prospect a customer, or a customer a prospect.

    :param seen: what the user sees.
    """
    prospect, customer = OrganisationStatus.PROSPECT, OrganisationStatus.CUSTOMER
    wanted = customer if seen is prospect else prospect
    writing_of(app).write(
        Change(tr("Setting the status"), lambda workspace: saving.turn_status(workspace, number, wanted))
    )


# Merging


def choose_same(app: HostApp, kind: Kind, number: int, done: Callable[[int], object] | None = None) -> None:
    """Choose who is the same, of those that look alike, and merge."""
    from funnel_tui.services.duplicates import likely_duplicates

    def reading(workspace: Workspace) -> Any:
        line = _detail(workspace, kind, number).line
        found = likely_duplicates(
            workspace,
            line.name,
            kind=kind,
            email=getattr(line, "email", None),
            limit=LIKELY + 1,  # also people who are known to be somewhere else: they may have moved
        )
        return line.name, [one for one in found if one.id != number][:LIKELY]

    def found(told: Any) -> None:
        from funnel_tui.dialogs.chooser import Chooser, Entry

        name, alike = told
        if not alike:
            app.notify(
                tr(
                    "Nothing looks like {name}. In the list (O), space marks it: then go to the other one "
                    "and press m."
                ).format(name=name),
                markup=False,
            )
            return
        entries = [Entry(one.name, about=_why_alike(one), value=str(one.id)) for one in alike]

        def chosen(answer: str | None) -> None:
            if answer is not None:
                merge(app, kind, number, int(answer), done)

        app.push_screen(Chooser(tr("Which one is the same as “{name}”?").format(name=name), entries), chosen)

    _read(app, tr("Looking for duplicates"), reading, found)


def merge(
    app: HostApp, kind: Kind, keep: int, drop: int, done: Callable[[int], object] | None = None
) -> None:
    """Show what a merge would do, and do it.

    :param keep: the number of the one that stays; the user may turn that round.
    :param done: is called with the number of the one that stayed.
    """

    def reading(workspace: Workspace) -> MergePreview:
        from funnel_tui.services.merging import preview_merge

        return preview_merge(workspace, kind, keep, drop)

    _read(app, tr("Looking at both"), reading, lambda preview: _ask_merge(app, preview, done))


def _ask_merge(app: HostApp, preview: MergePreview, done: Callable[[int], object] | None) -> None:
    kind, keep, drop = preview.kind, preview.keep_id, preview.drop_id

    def answered(answer: MergeAnswer | None) -> None:
        if answer is None:
            return
        if answer.swap:
            merge(app, kind, drop, keep, done)
            return

        def doing(workspace: Workspace) -> Told:
            from funnel_tui.services import merging

            merging.merge(workspace, kind, keep, drop, answer.choices, versions=preview.versions)
            return Told(with_keys(_MERGED[kind], gone=preview.drop_name, kept=preview.keep_name))

        def stale(error: StaleEdit) -> None:
            app.notify(
                tr("{message} Nothing was merged; look again.").format(message=error.message), markup=False
            )
            merge(app, kind, keep, drop, done)

        then = None if done is None else (lambda _told: done(keep))
        writing_of(app).write(Change(tr("Merging"), doing, then, stale))

    dialog = MergeDialog(preview.keep_name, preview.drop_name, merge_fields(preview), merge_notes(preview))
    app.push_screen(dialog, answered)


def merge_fields(preview: MergePreview) -> list[MergeField]:
    """The fields in which two differ; roles in shared deals among them."""
    fields = [
        MergeField(
            one.field,
            one.label.capitalize(),
            one.keep,
            one.drop,
            one.choice,
            joinable=one.field == "note" and (one.choice == BOTH or bool(one.keep and one.drop)),
        )
        for one in preview.fields
    ]
    clashing = [
        deal
        for deal in preview.shared_deals
        if deal.keep_role and deal.drop_role and deal.keep_role is not deal.drop_role
    ]
    if clashing:
        kept = _roles(deal.keep_role for deal in clashing)
        other = _roles(deal.drop_role for deal in clashing)
        fields.append(MergeField("roles", tr("Role in deals"), kept, other, "keep"))
    return fields


def _roles(roles: Iterable[PersonRole | None]) -> str:
    return ", ".join(dict.fromkeys(role_words(role) for role in roles if role is not None))


def merge_notes(preview: MergePreview) -> list[str]:
    """What moves and what else is to be known."""
    moves = ", ".join(_moved(what, count) for what, count in preview.moves.items() if count)
    words = tr("Moves from “{name}”: {moves}.") if moves else tr("Moves from “{name}”: nothing.")
    notes = [words.format(name=preview.drop_name, moves=moves)]
    for deal in preview.shared_deals:
        notes.append(tr("Both have a part in “{title}”; one part remains.").format(title=deal.title))
    for _, _, name in preview.same_people:
        notes.append(
            tr("“{name}” is at both; they stay two people and can be merged afterwards.").format(name=name)
        )
    return notes


def _moved(what: str, count: int) -> str:
    match what:
        case "deals":
            words = trn("{n} deal", "{n} deals", count)
        case "people":
            words = trn("{n} person", "{n} people", count)
        case _:
            words = trn("{n} interaction", "{n} interactions", count)
    return words.format(n=count_text(count))
