"""Logging an interaction from anywhere: whom it is about, the form, saving, drafts."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from funnel_tui.dialogs.interaction_wishes import LogDesk, LogSubject, LogWish
from funnel_tui.dialogs.wishes import Pick, Suggestion
from funnel_tui.domain.finding import FindKind, Found
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.errors import FunnelError, InvalidInput, Refused, StaleEdit
from funnel_tui.language import tr
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from textual.screen import Screen

    from funnel_tui.services.drafts import Draft, DraftKeeper

DRAFT = "log"
"""The kind of the drafts of new interactions."""
SUBJECT = "about"
"""The field of a draft that tells what it is about."""
PEOPLE = 40
"""So much is looked through for people among everything that has a name."""


def subject_of(screen: Screen[Any]) -> LogSubject | None:
    """What is under the cursor, or open: a deal, an organisation or a person."""
    own = getattr(screen, "log_subject", None)
    if isinstance(own, LogSubject):
        return own
    deal_id = getattr(screen, "deal_id", None)
    if isinstance(deal_id, int):
        row = getattr(screen, "deal_row", None)
        return LogSubject(deal_id, name=row.title if row is not None else "")
    target = getattr(screen, "target", None)
    if target is not None:
        if target.kind == "organisation":
            return LogSubject(organisation_id=target.number, name=target.name)
        return LogSubject(person_id=target.number, name=target.name)
    return None


def log(app: HostApp, kind: str | None) -> None:
    """Log an interaction with what is under the cursor; where there is nothing, ask whom it is about.

    :param kind: the name of the kind; None asks for it first.
    """
    subject = subject_of(app.screen)
    if subject is not None:
        LogTask(app, subject, kind).open()
        return
    from funnel_tui.screens.find import FindScreen

    def found(one: Found | None) -> None:
        if one is not None:
            LogTask(app, _subject_found(one), kind).open()

    app.notify(tr("With whom? Find a deal, an organisation or a person."), markup=False)
    app.push_screen(FindScreen(), found)


def _subject_found(found: Found) -> LogSubject:
    match found.kind:
        case FindKind.DEAL:
            return LogSubject(found.id, name=found.title)
        case FindKind.ORGANISATION:
            return LogSubject(organisation_id=found.id, name=found.title)
        case _:
            return LogSubject(person_id=found.id, name=found.title)


def edit(app: HostApp, interaction_id: int) -> None:
    """Change an interaction."""
    LogTask(app, LogSubject(), None, interaction_id).open()


class LogTask:
    """The form of an interaction until it is saved or left; what is typed is kept as a draft all the time.

    :param kind: the name of the kind; None asks for it first.
    :param interaction_id: the interaction to edit; None for a new one.
    """

    def __init__(
        self, app: HostApp, subject: LogSubject, kind: str | None, interaction_id: int | None = None
    ) -> None:
        self._app, self._subject, self._kind, self._id = app, subject, kind, interaction_id
        self._desk: LogDesk | None = None
        self._draft: Draft | None = None
        self._keeper: DraftKeeper | None = None
        self._last: Mapping[str, str] | None = None

    def open(self, errors: Mapping[str, str] | None = None) -> None:
        """Show the form at once; what it chooses from is read meanwhile."""
        from funnel_tui.dialogs.log_form import LogForm

        reading: Future[LogDesk] = Future()
        form = LogForm(
            reading,
            self._kind,
            texts=self._last,
            errors=errors,
            when_changed=self._keep,
            when_failed=self._not_read,
        )
        self._app.push_screen(form, self._answered)
        # After the changes that are still under way: the deal may be one of them.
        writing_of(self._app).write(Change(tr("Reading"), partial(self._read, reading)))

    def _read(self, reading: Future[LogDesk], workspace: Workspace) -> Told:
        """In a thread."""
        try:
            desk = self._read_desk(workspace)
        except Exception as error:
            reading.set_exception(error)
        else:
            self._desk = desk
            reading.set_result(desk)
        return Told(written=False)

    def _read_desk(self, workspace: Workspace) -> LogDesk:
        from funnel_tui.services.drafts import pending

        subject = self._subject
        typed = {"locale": self._app.locale, "week_start": self._app.week_start}
        desk = read_log_desk(workspace, subject, self._id, typed)
        if self._keeper is None:
            drafts = [
                one
                for one in pending(workspace.database.target, DRAFT)
                if one.row_id == self._id
                and (self._id is not None or one.texts.get(SUBJECT) == desk.subject.key)
                and (self._kind is None or one.texts.get("kind") == self._kind)
                and (self._id is None or (desk.fact is not None and one.version == desk.fact.version))
            ]
            self._draft = next(iter(drafts), None)
        return desk if self._draft is None else _with_draft(desk, self._draft.texts)

    def _not_read(self, error: Exception) -> None:
        self._app.tell_problem(error, retry=self.open)

    # Drafts

    def _keep(self, texts: Mapping[str, str] | None) -> None:
        from funnel_tui.services.drafts import DraftKeeper

        self._last = texts
        desk = self._desk
        if desk is None:
            return
        if self._keeper is None:
            self._keeper = DraftKeeper(
                self._app.workspace.database.target,
                DRAFT,
                self._id,
                draft=self._draft,
                when_failed=self._not_kept,
            )
        if texts is None:
            self._keeper.discard()
        else:
            version = desk.fact.version if desk.fact else None
            self._keeper.keep({**texts, SUBJECT: desk.subject.key}, version=version)

    def _not_kept(self, error: FunnelError) -> None:
        self._app.call_from_thread(self._app.notify, str(error), markup=False)

    def _drop_draft(self) -> None:
        if self._keeper is not None:
            self._keeper.discard()
            self._keeper.close()
        elif self._draft is not None:
            self._draft.discard()

    def _leave(self) -> None:
        """The form is closed and nothing is saved."""
        if self._keeper is not None:
            self._keeper.rest()
        if self._last is not None:
            self._app.notify(tr("Kept as a draft; the same key takes it up again."), markup=False)

    # Saving

    def _answered(self, wish: LogWish | None) -> None:
        if wish is None:
            self._leave()
            return
        from funnel_tui.screens.interaction_saving import save

        writing_of(self._app).write(
            Change(
                tr("Logging"),
                lambda workspace: _refusals_told(workspace, wish, save),
                self._saved,
                stale=self._stale,
                invalid=self._invalid,
                failed=self._leave,
            )
        )

    def _saved(self, told: Told) -> None:
        self._drop_draft()
        for words in getattr(told.found, "notices", ()):
            self._app.notify(words, markup=False)

    def _stale(self, error: StaleEdit) -> None:
        self._app.notify(
            tr("{message} Look at it, then save again.").format(message=error.message), markup=False
        )
        self.open()

    def _invalid(self, error: InvalidInput) -> None:
        from funnel_tui.dialogs.log_rows import refused_fields

        self.open(refused_fields(error))


def _with_draft(desk: LogDesk, texts: Mapping[str, str]) -> LogDesk:
    from dataclasses import replace

    return replace(desk, draft={name: text for name, text in texts.items() if name != SUBJECT})


def _refusals_told(workspace: Workspace, wish: LogWish, save: Any) -> Told:
    """Save; what is refused goes back to the field that can mend it."""
    try:
        told: Told = save(workspace, wish)
    except (StaleEdit, InvalidInput):
        raise
    except Refused as error:
        whose = wish.person is not None and error.message.startswith(wish.person.name)
        raise InvalidInput("person" if whose else "at", error.message, error.hint) from None
    return told


def read_log_desk(
    workspace: Workspace,
    subject: LogSubject,
    interaction_id: int | None = None,
    typed: Mapping[str, Any] | None = None,
) -> LogDesk:
    """What the form chooses from.

    :param typed: how typed text is read; see :class:`~funnel_tui.services.typed.Typed`.

    :raises NotFound: when what it is about is gone.
    """
    from zoneinfo import ZoneInfo

    from funnel_tui.services.log_desk import read_log_facts
    from funnel_tui.services.typed import Typed

    facts = read_log_facts(
        workspace,
        deal_id=subject.deal_id,
        organisation_id=subject.organisation_id,
        person_id=subject.person_id,
        interaction_id=interaction_id,
    )
    whom, fact = facts.whom, facts.fact
    day = None
    if fact is not None:
        day = day_number(local_day(fact.at, ZoneInfo(facts.settings.time_zone)))
    return LogDesk(
        subject=LogSubject(whom.deal_id, whom.organisation_id, whom.person_id, whom.name),
        organisation=whom.organisation,
        kinds=facts.kinds,
        reps=facts.reps,
        owner_id=facts.owner_id,
        reader=Typed(facts.settings, workspace.clock, **(typed or {})),
        find_person=partial(people_like, workspace, whom.organisation),
        person=Pick(whom.person, whom.person_id) if whom.person_id is not None else None,
        suggest=facts.suggest,
        due=facts.due,
        last_open=facts.last_open,
        fact=fact,
        fact_day=day,
        since=whom.since,
        settings=facts.settings,
    )


def people_like(workspace: Workspace, organisation: str, text: str) -> list[Suggestion]:
    """People that may be meant by what was typed; those of the organisation come first."""
    from funnel_tui.services.finding import find

    found = [one for one in find(workspace, text, PEOPLE) if one.kind is FindKind.PERSON]
    here = [one for one in found if organisation and one.subtitle.startswith(organisation)]
    others = [one for one in found if one not in here]
    return [Suggestion(one.id, one.title, one.subtitle) for one in [*here, *others]]
