"""What can be done to an interaction: each asks what it has to, and makes the change that was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from funnel_tui.dialogs.wishes import DealWish, Pick
from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.finding import FindKind, Found
from funnel_tui.domain.interactions import InteractionFact, outcomes_of
from funnel_tui.errors import InvalidInput, StaleEdit
from funnel_tui.language import tr
from funnel_tui.screens import deal_desk, logging
from funnel_tui.screens.deal_asking import Asking, with_desk
from funnel_tui.screens.deal_drafts import DealKeeping
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.opening import open_deal
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.deal_desk import DealDesk
from funnel_tui.services.together import Within
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.named_keys import with_keys

INTERACTION = "interaction"
BESIDE = {"organisation", "person", "role", "tags"}
"""Fields of the form of a deal that are stored in rows of their own."""


def edit(app: HostApp, fact: InteractionFact) -> None:
    """Change it."""
    logging.edit(app, fact.id)


def open_its_deal(app: HostApp, fact: InteractionFact) -> None:
    """Open the deal it is about."""
    if fact.deal_id is None:
        app.notify(
            with_keys(
                tr(
                    "It is about no deal: {interaction_deal} makes one from it, {interaction_link} "
                    "attaches it to one."
                )
            ),
            markup=False,
        )
    else:
        open_deal(app, fact.deal_id)


def _make(
    app: HostApp, words: str, doing: Callable[[Workspace], Told], then: Callable[[], object] | None = None
) -> None:
    def stale(error: StaleEdit) -> None:
        app.notify(tr("{message} It is shown as it is now.").format(message=error.message), markup=False)

    after = None if then is None else lambda _told: then()
    writing_of(app).write(Change(words, doing, after, stale=stale))


def _version(app: HostApp, fact: InteractionFact) -> int:
    return writing_of(app).version(INTERACTION, fact.id, fact.version)


# Deleting


def delete(app: HostApp, fact: InteractionFact, ask: Asking, then: Callable[[], object]) -> None:
    """Delete it, after asking."""
    about = fact.deal or fact.organisation or fact.person or ""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.interactions import delete_interaction
        from funnel_tui.services.together import together

        with together(workspace, "delete_interaction") as within:
            delete_interaction(within, interaction_id=fact.id, version=_version(app, fact))
        return Told(with_keys(tr("{summary}; {undo} brings it back."), summary=within.call.summary))

    question = tr("Delete this {kind} with {about}?") if about else tr("Delete this {kind}?")
    ask(
        question.format(kind=kind_word(fact.kind).lower(), about=about),
        [Answer("y", tr("yes, delete it"), "y")],
        lambda _value: _make(app, tr("Deleting"), doing, then),
    )


# Finishing


def finish(app: HostApp, fact: InteractionFact) -> None:
    """Say how a planned one went."""
    if not fact.planned:
        app.notify(with_keys(tr("It took place already; {interaction_edit} changes it.")), markup=False)
        return
    from funnel_tui.dialogs.chooser import Chooser, Entry

    entries = [Entry(outcome_word(outcome), "", "", outcome) for outcome in outcomes_of(fact.kind)]
    entries.append(Entry(tr("it took place, nothing more to say"), "", "", " "))

    def chosen(outcome: str | None) -> None:
        if outcome is not None:
            _make(app, tr("Finishing"), partial(_finished, outcome=outcome.strip() or None))

    def _finished(workspace: Workspace, *, outcome: str | None) -> Told:
        from funnel_tui.services.interactions import finish_planned
        from funnel_tui.services.together import together

        with together(workspace, "finish_interaction") as within:
            finish_planned(within, interaction_id=fact.id, outcome=outcome, version=_version(app, fact))
        return Told(with_keys(tr("{summary}; {undo} takes it back."), summary=within.call.summary))

    app.push_screen(
        Chooser(tr("How did the {kind} go?").format(kind=kind_word(fact.kind).lower()), entries), chosen
    )


# Deals


def link(app: HostApp, fact: InteractionFact) -> None:
    """Find the deal that it is about."""
    from funnel_tui.screens.find import FindScreen

    def found(one: Found | None) -> None:
        if one is None:
            return
        if one.kind is not FindKind.DEAL:
            app.notify(
                with_keys(tr("Choose a deal; {interaction_deal} makes a new one from the interaction.")),
                markup=False,
            )
            return
        _make(app, tr("Linking"), partial(_linked, deal_id=one.id))

    def _linked(workspace: Workspace, *, deal_id: int) -> Told:
        from funnel_tui.services.interaction_links import link_to_deal
        from funnel_tui.services.together import together

        with together(workspace, "link_to_deal") as within:
            count = link_to_deal(within, interaction_ids=[fact.id], deal_id=deal_id)
        if not count:
            return Told(tr("It is linked to that deal already."), written=False)
        return Told(with_keys(tr("{summary}; {undo} takes it back."), summary=within.call.summary))

    app.notify(tr("To which deal?"), markup=False)
    app.push_screen(FindScreen(), found)


def make_deal(app: HostApp, fact: InteractionFact) -> None:
    """Fill in the deal that comes of it."""
    if fact.deal_id is not None:
        app.notify(
            with_keys(
                tr("It belongs to the deal {deal} already; {interaction_open} opens it."), deal=fact.deal
            ),
            markup=False,
        )
        return
    with_desk(app, None, lambda desk: _DealForm(app, fact, desk).open())


class _DealForm:
    """The form of a deal made from an interaction; what is typed is kept as the draft of a new deal."""

    def __init__(self, app: HostApp, fact: InteractionFact, desk: DealDesk) -> None:
        self._app, self._fact, self._desk = app, fact, desk
        words = with_keys(tr("Kept as the draft of a new deal; {new_deal} takes it up again."))
        self._keeping = DealKeeping(app, None, None, words)

    def open(self, errors: Mapping[str, str] | None = None) -> None:
        """Show the form, with the organisation and the rep of the interaction."""
        from dataclasses import replace

        from funnel_tui.dialogs.deal_fields import starting_values
        from funnel_tui.dialogs.deal_form import DealForm

        desk, fact = self._desk, self._fact
        if not desk.pipelines:
            self._app.notify(
                with_keys(tr("A deal needs a pipeline first: {pipelines} sets one up.")), markup=False
            )
            return
        choices = deal_desk.choices_of(desk, self._app.workspace)
        place = None
        if fact.organisation is not None and fact.organisation_id is not None:
            place = Pick(fact.organisation, fact.organisation_id)
        person = Pick(fact.person, fact.person_id) if fact.person and fact.person_id else None
        values = replace(
            starting_values(choices, self._app.scope, fact.owner),
            organisation=place,
            person=person,
            title=fact.organisation or fact.person or "",
            owner_id=fact.owner_id,
        )
        keeping = self._keeping
        form = DealForm(choices, values, draft=keeping.last, errors=errors, when_changed=keeping.keep)
        self._app.push_screen(form, self._answered)

    def _answered(self, wish: DealWish | None) -> None:
        if wish is None:
            self._keeping.leave()
            return
        writing_of(self._app).write(
            Change(
                tr("Making the deal"),
                partial(self._made, wish=wish),
                self._saved,
                stale=lambda error: self._app.notify(error.message, markup=False),
                invalid=self._invalid,
                failed=self._keeping.leave,
            )
        )

    def _made(self, workspace: Workspace, *, wish: DealWish) -> Told:
        from funnel_tui.services.interaction_links import deal_from_interaction
        from funnel_tui.services.people import create_organisation
        from funnel_tui.services.together import together

        values = {name: value for name, value in wish.values.items() if name not in BESIDE}
        place = wish.values.get("organisation")
        with together(workspace, "deal_from_interaction") as within:
            if isinstance(place, Pick):
                values["organisation_id"] = (
                    create_organisation(within, name=place.name) if place.id is None else place.id
                )
            number = deal_from_interaction(
                within,
                interaction_id=self._fact.id,
                version=_version(self._app, self._fact),
                **values,  # type: ignore[arg-type]
            )
            summary = within.call.summary
            _save_beside(within, number, wish, self._fact)
            within.call.summary = summary
        return Told(with_keys(tr("{summary}; {undo} takes it back."), summary=summary), number)

    def _saved(self, told: Told) -> None:  # noqa: ARG002
        self._keeping.drop()

    def _invalid(self, error: InvalidInput) -> None:
        self.open({error.field: f"{error.message} {error.hint}".strip()})


def _save_beside(within: Within, deal_id: int, wish: DealWish, fact: InteractionFact) -> None:
    """Tags, and the person with a role; the one of the interaction has a part in the deal already."""
    from funnel_tui.screens.deal_saving import person_number
    from funnel_tui.services.deal_people import link_person, set_role
    from funnel_tui.services.deal_tags import set_tags

    tags, pick, role = (wish.values.get(name) for name in ("tags", "person", "role"))
    if isinstance(tags, tuple) and tags:
        set_tags(within, deal_id=deal_id, tags=tags)
    chosen = role if isinstance(role, str) else None
    if isinstance(pick, Pick) and pick.id is not None and pick.id == fact.person_id:
        if chosen is not None:
            set_role(within, deal_id=deal_id, person_id=pick.id, role=chosen)
    elif isinstance(pick, Pick):
        person_id = person_number(within, deal_id, pick)
        link_person(within, deal_id=deal_id, person_id=person_id, role=chosen)
