"""The form of a deal: for a new one and for changes of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from funnel_tui.dialogs.conflict import ConflictDialog, differing, merged_texts
from funnel_tui.dialogs.deal_fields import (
    ALIASES,
    HELP,
    LABELS,
    PLACES,
    READERS,
    echo,
    is_long_past,
    needed_by,
    pick_of,
    shown_texts,
    stages_of,
    texts_of,
    values_of,
)
from funnel_tui.dialogs.deal_rows import make_field, put_text, read_row, row_texts
from funnel_tui.dialogs.form import Form, Refusals
from funnel_tui.dialogs.part_fields import tags_echo
from funnel_tui.dialogs.picker import PERSON, Picker
from funnel_tui.dialogs.wishes import (
    DealChoices,
    DealDraft,
    DealValues,
    DealWish,
    MergeWish,
    Pick,
    StageOption,
    Suggestion,
)
from funnel_tui.domain.shown import NO_VALUE
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import KEEP_DRAFT
from funnel_tui.widgets.fields import FieldRow, Options
from funnel_tui.widgets.lines import Hint, Line

BESIDE = ("person", "role", "tags")
"""Fields that are not part of the row of a deal."""

GROUPS = {"pipeline_id", "amount", "source"}
"""Fields before which a blank line stands where there is room."""


class DealForm(Form[DealWish]):
    """Creates or edits a deal. The answer is a :class:`DealWish`.

    :param choices: what there is to choose from.
    :param values: what the deal has, or what a new one begins with.
    :param deal_id: the deal, or None for a new one; ``version`` is what the changes are based on.
    :param draft: what had been typed before; when the deal changed since, both versions are shown first.
    :param errors: messages by field, from a service that refused the last answer.
    :param when_changed: is told at every change what the form holds now, and None when that is what it
        began with. It must return at once.
    """

    DEFAULT_CSS = """
    DealForm.-high NoteField { height: 8; }
    """
    AUTO_FOCUS = ""
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("↑↓ tab", tr("field")),
        Hint("←→", tr("value")),
        Hint("enter", trc("key", "save")),
        Hint("ctrl+s", tr("save from the note")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [KEEP_DRAFT]

    def __init__(
        self,
        choices: DealChoices,
        values: DealValues,
        *,
        deal_id: int | None = None,
        version: int | None = None,
        draft: DealDraft | None = None,
        errors: Mapping[str, str] | None = None,
        when_changed: Callable[[DealDraft | None], object] | None = None,
    ) -> None:
        super().__init__()
        self._choices = replace(choices, reader=choices.reader.over(values.amount))
        self._values = values
        self._deal_id, self._version = deal_id, version
        self._errors = {ALIASES.get(name, name): words for name, words in (errors or {}).items()}
        self._when_changed = when_changed
        self._base = texts_of(values)
        self._draft = draft
        self._texts = dict(self._base)
        self._clashes: list[str] = []
        self._others: list[str] = []
        if draft is not None:
            # Tags and people change without the version of the deal.
            base = draft.base if deal_id is not None and draft.base else self._base
            mine = {**draft.texts, **{name: self._base[name] for name in PLACES if deal_id is not None}}
            self._texts, self._clashes, self._others = merged_texts(base, mine, self._base)
        self._told = dict(self._texts)
        self._place = _number_of(pick_of(self._texts, "organisation"))

    @property
    def heading(self) -> str:
        """What is done, to what."""
        return tr("New deal") if self._deal_id is None else tr("Edit {deal}").format(deal=self._values.title)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``esc`` loses nothing."""
        return self.HINTS, Hint("esc", tr("back, kept as a draft"))

    # The fields

    def compose_middle(self) -> ComposeResult:
        """One row per field."""
        for name, label in LABELS.items():
            if name in self._left_out():
                continue
            field = self._field(name)
            extra = [field.panel] if isinstance(field, Picker) else []
            row = FieldRow(name, label, field, help=HELP.get(name, ""), extra=extra)
            row.set_class(name in GROUPS, "-group")
            yield row

    def _left_out(self) -> set[str]:
        """Fields that this form does not have."""
        if self._choices.find_person is None:
            left = {"person", "role"}
        else:
            left = {"role"} if self._values.contacts else set()
        return left | ({"tags"} if self._choices.tags is None else set())

    def _field(self, name: str) -> Widget:
        if (name in PLACES and self._deal_id is not None) or (name == "person" and self._values.contacts):
            return Line(self._fixed(name), classes="fixed")
        if name == "person":
            return Picker(
                self._people, pick_of(self._texts, name), noun=PERSON, id=name, text=self._texts[name]
            )
        return make_field(name, self._texts, self._choices)

    def _people(self, text: str) -> Sequence[Suggestion]:
        """People who may be meant, those at the organisation of the form first. Is called in a thread."""
        place, choices = self._place, self._choices
        if place is not None and choices.find_person_at is not None:
            return choices.find_person_at(text, place)
        assert choices.find_person is not None
        return choices.find_person(text)

    def _fixed(self, name: str) -> str:
        if name == "person":
            return tr("{people}   (changed from the list)").format(people=self._values.contacts)
        if name == "pipeline_id":
            return self._choices.pipeline(self._values.pipeline_id).name
        stage = self._stage()
        return tr("{stage}   (moved from the list)").format(stage=stage.name if stage else NO_VALUE)

    def _stage(self) -> StageOption | None:
        """The stage that the deal is in or will begin in."""
        for field in self.query("#stage_id").results(Options):
            return self._choices.stage(field.number)
        return self._choices.stage(self._values.stage_id)

    # Beginning

    def on_mount(self) -> None:
        """Say what is understood, show what is wrong, and settle what others changed meanwhile."""
        for row in self.rows():
            self._say(row, left=True)
        self._mark_needed()
        self._ask_role()
        for row in self.rows():
            if row.named in self._others:
                row.say(tr("Somebody else changed this meanwhile."), "-warn")
        self._told = self.texts()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self._clashes and self._draft is not None:
            labels = {name: LABELS[name] for name in self._clashes}
            mine = shown_texts(self._draft.texts, self._choices)
            fields = differing(labels, mine, shown_texts(self._base, self._choices))
            self.app.push_screen(
                ConflictDialog(tr("your draft of {deal}").format(deal=self._values.title), fields),
                self._settle,
            )
        elif not self.refuse(self._errors):
            self.query_one("#title").focus()

    def _settle(self, wish: MergeWish | None) -> None:
        """Go on with what was chosen where two people changed the same."""
        if wish is None:
            self.dismiss(None)
            return
        for name in wish.values:
            if name not in wish.mine:
                put_text(self.row(name), self._base)
        self.query_one("#title").focus()

    # While typing

    def texts(self) -> dict[str, str]:
        """What the fields hold now."""
        texts = dict(self._base)
        for row in self.rows():
            texts |= row_texts(row)
        return texts

    def field_changed(self, row: FieldRow) -> None:
        """Echo what is understood, and keep the draft."""
        if row.named == "pipeline_id" and isinstance(row.field, Options):
            pipeline = self._choices.pipeline(row.field.number or 0)
            self.query_one("#stage_id", Options).offer_named(stages_of(pipeline))
        if row.named in PLACES:
            self._mark_needed()
            self._say(self.row("probability_bp"), left=True)
        if row.named == "person":
            self._ask_role()
        self._say(row, left=False)
        self._tell()

    def field_left(self, row: FieldRow) -> None:
        """Now it may be said that the text makes no sense."""
        self._say(row, left=True)

    @on(Picker.Settled)
    def _picked(self, event: Picker.Settled) -> None:
        name = str(event.picker.id)
        self._say(self.row(name), left=True)
        if name == "organisation":
            self._place = _number_of(event.picker.pick)
        known = event.suggestion.organisation if event.suggestion else None
        if name == "person" and known is not None:
            organisation = self.query_one("#organisation", Picker)
            if not organisation.typed:
                organisation.put(known)
        self._tell()

    def _ask_role(self) -> None:
        """Only somebody has a role."""
        for field in self.query("#person").results(Picker):
            self.row("role").display = bool(field.typed)

    def _say(self, row: FieldRow, *, left: bool) -> None:
        """Say under a field what is understood.

        :param left: whether the user has finished typing there, so that nonsense is called so.
        """
        if isinstance(row.field, Picker) and row.named != "source":
            row.say(*row.field.said())
        elif row.named in READERS:
            try:
                words = self._echo(row)
                row.say(words, "-warn" if self._is_long_past(row) else "")
            except InvalidInput as error:
                row.refuse(str(error)) if left else row.say()

    def _is_long_past(self, row: FieldRow) -> bool:
        return is_long_past(row.named, row_texts(row)[row.named], self._choices.reader)

    def _echo(self, row: FieldRow) -> str:
        text, reader = row_texts(row)[row.named], self._choices.reader
        if row.named == "tags":
            return tags_echo(text, reader, self._choices.tags or ())
        return echo(row.named, text, reader, self._stage())

    def _mark_needed(self) -> None:
        stage = self._stage()
        needed = needed_by(stage)
        for row in self.rows():
            row.mark(row.named in needed or row.named == "title")
            asked = stage is not None and row.named in needed
            row.help(
                tr("needed before it leaves {stage}").format(stage=stage.name)
                if stage and asked
                else HELP.get(row.named, "")
            )

    def _tell(self) -> None:
        texts = self.texts()
        if texts == self._told:
            return
        self._told = texts
        if self._when_changed is not None:
            same = texts == self._base
            self._when_changed(None if same else DealDraft(texts, self._version, dict(self._base)))

    # The answer

    def action_accept(self) -> None:
        """Give the answer, or say what is wrong and where."""
        refusals = Refusals()
        values = self._read(refusals)
        if "person" in values and values["person"] is None:
            values["role"] = None
        if self.refuse(refusals):
            return
        seen: dict[str, object] = {}
        if self._deal_id is not None:
            before = values_of(self._values)
            changed = {name: value for name, value in values.items() if value != before[name]}
            for together in (("amount_minor", "currency"), ("person", "role")):
                if changed.keys() & set(together):
                    changed |= {name: values[name] for name in together}
            values = changed
            seen = {name: before[name] for name in BESIDE if name in changed}
        self.dismiss(DealWish(values, self._deal_id, self._version, seen))

    def _read(self, refusals: Refusals) -> dict[str, object]:
        """All values; what is wrong is put into ``refusals``."""
        before, values = values_of(self._values), dict[str, object]()
        for row in self.rows():
            keys = ("amount_minor", "currency") if row.named == "amount" else (row.named,)
            text = row_texts(row).get(row.named, "")
            if text and text == self._base[row.named] and row.named in READERS:
                # Not touched: what is stored stays, however it would be read as text.
                values |= {key: before[key] for key in keys}
            else:
                values |= read_row(row, self._choices.reader, refusals)
        if not self._choices.reps:
            refusals["owner_id"] = tr("There is nobody yet who can own a deal: add a rep first.")
        if "stage_id" in values and values["stage_id"] is None:
            refusals["stage_id"] = tr("This pipeline has no stage that a deal can begin in.")
        return values


def _number_of(pick: Pick | None) -> int | None:
    return None if pick is None else pick.id
