"""What an import did, or why it did nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from funnel_tui.domain.said import inside_of, placed, said
from funnel_tui.domain.shown import count_text
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.refusals import SHOWN, Refusal, Refusals
from funnel_tui.language import tr, trn

EXAMPLES = 8
"""How many names are listed in the summary."""


NAMED = 5
"""How many deals are named in a note."""


_MADE = {
    "organisations": tr("organisations"),
    "persons": tr("persons"),
    "owners": tr("owners"),
    "teams": tr("teams"),
    "sources": tr("sources"),
    "tags": tr("tags"),
    "products": tr("products"),
    "loss reasons": tr("loss reasons"),
    "pipelines": tr("pipelines"),
    "stages": tr("stages"),
    "kinds": tr("kinds"),
}
"""What names that were made are called."""


def _read(unit: str, number: int) -> str:
    """How much was read: ``1,482 rows``."""
    words = {
        "row": trn("{n:,} row", "{n:,} rows", number),
        "message": trn("{n:,} message", "{n:,} messages", number),
        "event": trn("{n:,} event", "{n:,} events", number),
        "item": trn("{n:,} item", "{n:,} items", number),
    }
    return words[unit].format(n=number)


@dataclass(slots=True)
class Outcome:
    """The counts of an import and the sentences a user must know.

    :ivar kind: what was imported.
    :ivar rows: rows read.
    :ivar new: things that were not there before: deals, or rates.
    :ivar updated: things that differed and were changed.
    :ivar unchanged: things that were as the file says.
    :ivar assumed: visits of these deals that are assumed, not known (METRICS M1).
    :ivar made: how many names were not there before, by what they are ("stages", "owners", …).
    :ivar examples: the first of them.
    :ivar notes: sentences on what was passed over, taken for granted or found to disagree.
    :ivar dry_run: nothing was kept.
    :ivar unit: what was read: rows, messages or events.
    :ivar refused: what was refused and left out (``--skip-bad``).
    :ivar without_chance: how many new stages have no win probability, so that their deals count nothing when
        amounts are weighted.
    :ivar order_of_file: the order of new stages is only that of the file.
    :ivar new_base: the base currency, where the import has changed it.
    :ivar currencies: those of the amounts of deals.
    """

    kind: str
    rows: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    assumed: int = 0
    made: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    dry_run: bool = False
    unit: str = "row"
    refused: ImportRefused | None = None
    without_chance: int = 0
    order_of_file: bool = False
    new_base: str = ""
    currencies: set[str] = field(default_factory=set)

    @property
    def noun(self) -> str:
        """What is counted."""
        nouns = {
            "rates": tr("rates"),
            "quotas": tr("quotas"),
            "contacts": tr("persons"),
            "interactions": tr("interactions"),
        }
        return nouns.get(self.kind) or tr("deals")

    def add_made(self, what: str, name: str) -> None:
        """Remember that a name was made."""
        self.made[what] = self.made.get(what, 0) + 1
        examples = self.examples.setdefault(what, [])
        if len(examples) < EXAMPLES:
            examples.append(name)

    def add_stage(self, name: str, probability: int | None) -> None:
        """Remember that a stage was made.

        :param probability: in basis points; None where nothing says it.
        """
        self.add_made("stages", name)
        self.without_chance += not probability

    def rename_made(self, what: str, old: str, new: str) -> None:
        """Put right the name of something that was made."""
        self.examples[what] = [new if name == old else name for name in self.examples[what]]

    def note(self, count: int, sentence: str) -> None:
        """Add a sentence on so many things, if there are any; ``{n}`` in it is the number."""
        if count:
            number = count_text(count)
            self.notes.append(placed(sentence.format(n=number), inside_of(sentence).format(n=number)))

    def lines(self) -> list[str]:
        """The summary for people, one sentence a line."""
        words = tr("{read} read; {things}: {new:,} new, {updated:,} updated, {unchanged:,} unchanged.")
        read = _read(self.unit, self.rows)
        lines = [
            words.format(
                read=read, things=self.noun, new=self.new, updated=self.updated, unchanged=self.unchanged
            )
        ]
        if not self.rows and self.refused is None:
            if self.unit == "row":
                lines.append(tr("There is nothing in the file below its header."))
            else:
                lines.append(tr("There is nothing in the file."))
        if self.assumed:
            words = trn(
                "{n:,} stage visit is assumed from creation, stage and closing; a history replaces them.",
                "{n:,} stage visits are assumed from creation, stage and closing; a history replaces them.",
                self.assumed,
            )
            lines.append(words.format(n=self.assumed))
        for what, count in self.made.items():
            names = self.examples[what]
            shown = ", ".join(names) + (", …" if count > len(names) else "")
            words = tr("New {what}: {count:,} ({names}).")
            lines.append(words.format(what=_MADE.get(what, what), count=count, names=shown))
        lines.extend(self.notes)
        if self.without_chance:
            words = trn(
                "{n:,} new stage has a win probability of 0 %, so Weighted is 0: the editor of stages or "
                "funnel stages edit changes it.",
                "{n:,} new stages have a win probability of 0 %, so Weighted is 0: the editor of stages or "
                "funnel stages edit changes it.",
                self.without_chance,
            )
            inside = trn(
                "{n:,} new stage has a win probability of 0 %, so Weighted is 0: the editor of stages "
                "changes it.",
                "{n:,} new stages have a win probability of 0 %, so Weighted is 0: the editor of stages "
                "changes it.",
                self.without_chance,
            )
            lines.append(placed(words.format(n=self.without_chance), inside.format(n=self.without_chance)))
        if self.refused is not None:
            words = trn(
                "{n:,} row was refused and left out.",
                "{n:,} rows were refused and left out.",
                self.refused.rows,
            )
            lines.append(words.format(n=self.refused.rows))
        if self.dry_run:
            lines.append(tr("This was a dry run: nothing was written."))
        return lines


class Disagreement:
    """Deals whose history says otherwise than a deals file, or than what was assumed from one.

    :param sentence: gives the sentence on so many deals, with ``{n}`` for the number and ``{shown}`` for ids.
    """

    def __init__(self, sentence: Callable[[int], str]) -> None:
        self._sentence = sentence
        self.count = 0
        self.named: list[str] = []

    def add(self, external_id: str) -> None:
        """Take one."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(external_id)

    def tell(self, outcome: Outcome) -> None:
        """Say how many and which."""
        if self.count:
            shown = ", ".join(self.named) + (", …" if self.count > len(self.named) else "")
            outcome.notes.append(self._sentence(self.count).format(n=count_text(self.count), shown=shown))


@dataclass(frozen=True, slots=True)
class Listed:
    """A refusal and the file it is of."""

    file: str
    refusal: Refusal


class ImportRefused(FunnelError):
    """Rows of the files were refused, so nothing was imported.

    :param listed: the first refusals.
    :param values: how many values were refused.
    :param rows: on how many rows.
    :param stages: how many of the values are stages that the pipeline does not have.
    :param fields: how many of the values each field could be read otherwise for.
    """

    def __init__(
        self,
        listed: Sequence[Listed],
        values: int,
        rows: int,
        errors: str | None,
        stages: int = 0,
        fields: Mapping[str, int] | None = None,
    ) -> None:
        if errors:
            hint = tr("All refusals are in {file}.").format(file=errors)
        elif values > SHOWN:
            hint = tr("--errors FILE.csv writes them all to a file.")
        else:
            hint = tr("Mend the file and run it again.")
        words = trn(
            "Nothing was imported: {rows:,} row refused.",
            "Nothing was imported: {rows:,} rows refused.",
            rows,
        )
        if values != rows:
            words = trn(
                "Nothing was imported: {rows:,} row refused ({values:,} values).",
                "Nothing was imported: {rows:,} rows refused ({values:,} values).",
                rows,
            )
        super().__init__(words.format(rows=rows, values=values), hint)
        self.listed = listed
        self.values = values
        self.rows = rows
        self.stages = stages
        self.fields = fields or {}

    @property
    def worst(self) -> str:
        """The field that most of the refused values could be accepted by; empty where none helps."""
        return max(self.fields, key=self.fields.__getitem__, default="")


class FileRefusals(Refusals):
    """The refusals of one file, passed on to those of the whole import."""

    def __init__(self, name: str, whole: AllRefusals) -> None:
        super().__init__()
        self.name = name
        self._whole = whole

    def add(self, refusal: Refusal) -> None:
        """Take one refusal."""
        super().add(refusal)
        self._whole.take(self.name, refusal)

    def add_stage(self, refusal: Refusal) -> None:
        """Take the refusal of a stage that the pipeline does not have."""
        self.add(refusal)
        self._whole.stages += 1


class AllRefusals:
    """The refusals of all files of an import.

    :param errors: an open text file that gets all of them as CSV, or None.
    :param several: whether to name the file in each reason written there.
    :ivar stages: how many values are stages that the pipeline does not have.
    """

    def __init__(self, errors: TextIO | None, *, several: bool) -> None:
        self._written = Refusals(errors)
        self._several = several
        self._files: list[FileRefusals] = []
        self.listed: list[Listed] = []
        self.stages = 0
        self._fields = Counter[str]()

    def of(self, name: str) -> FileRefusals:
        """The refusals of one more file."""
        self._files.append(FileRefusals(name, self))
        return self._files[-1]

    def take(self, name: str, refusal: Refusal) -> None:
        """Take a refusal of a file."""
        if refusal.field:
            self._fields[refusal.field] += 1
        last = self.listed[-1] if self.listed else None
        same = last is not None and (last.file, last.refusal.line) == (name, refusal.line)
        if len(self.listed) < SHOWN or same:
            # A row is listed with all its reasons: who looks at rows would take it for mended otherwise.
            self.listed.append(Listed(name, refusal))
        if self._several:
            reason = said("{file}: {problem}", file=name, problem=refusal.reason)
            refusal = Refusal(refusal.line, refusal.column, refusal.value, reason)
        self._written.add(refusal)

    def __bool__(self) -> bool:
        return bool(self._written)

    def error(self, errors: str | None) -> ImportRefused:
        """What to tell the user."""
        rows = sum(file.rows for file in self._files)
        return ImportRefused(self.listed, len(self._written), rows, errors, self.stages, dict(self._fields))
