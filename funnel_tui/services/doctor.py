"""Checking the data against itself, and mending what can be worked out again.

The history is the truth (METRICS M1). What is kept beside it for speed is compared with it deal by deal,
through the same function that the services write it with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from funnel_tui.db.reader import Reader
from funnel_tui.domain.facts import VisitFact
from funnel_tui.domain.period import day_of, utc_text
from funnel_tui.domain.status import DealStatus, VisitExit
from funnel_tui.language import tr, trn
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.activity_days import rebuild_days, wrong_days
from funnel_tui.services.derived import (
    COLUMNS,
    DealState,
    Progress,
    Rules,
    deal_ids,
    deal_states,
    rebuild_deals,
)
from funnel_tui.services.interaction_writing import WRONGLY_TOUCHED, touch_all
from funnel_tui.services.workspace import Workspace

LISTED = 1000
"""Findings of one kind that are listed; the rest are counted."""


class Kind(StrEnum):
    """What a finding is about."""

    FILE = "file"
    """The database file itself is damaged."""
    REFERENCE = "reference"
    """A row refers to one that is not there."""
    HISTORY = "history"
    """The visits of a deal contradict each other."""
    DERIVED = "derived"
    """What is kept beside the history does not follow from it; ``rebuild`` mends that."""
    AMOUNT = "amount"
    """An amount without a currency, or the other way round."""
    STAGES = "stages"
    """The positions of a pipeline's stages have a gap."""
    RATE = "rate"
    """A currency without an exchange rate: its deals are counted but not priced. Not an error."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    :param kind: what it is about.
    :param message: one line for people.
    :param deal_id: the deal concerned, or None.
    :param hint: what to do.
    """

    kind: Kind
    message: str
    deal_id: int | None = None
    hint: str = ""

    @property
    def is_error(self) -> bool:
        """Whether figures may be wrong because of it."""
        return self.kind is not Kind.RATE


_REBUILD = tr("funnel doctor --rebuild works it out again from the history.")
_BACKUP = tr("Restore a backup (funnel restore FILE).")


def check(workspace: Workspace, progress: Progress | None = None) -> list[Finding]:
    """Check the whole database in one read transaction.

    Memory stays flat; at most 1,000 findings of each kind are listed, and a last one says how many more.

    :param progress: told how many deals were checked, and of how many.
    :returns: nothing when all is well.
    """
    found: list[Finding] = []
    counts: dict[Kind, int] = {}
    with workspace.read() as reader:
        try:
            for finding in _findings(reader, workspace.database.is_sqlite, progress):
                counts[finding.kind] = counts.get(finding.kind, 0) + 1
                if counts[finding.kind] <= LISTED:
                    found.append(finding)
        except sqlite3.DatabaseError:
            # A damaged file can be read no further; that it is damaged was found before.
            if Kind.FILE not in counts:
                raise
    for kind, count in counts.items():
        if count > LISTED:
            found.append(
                Finding(
                    kind, tr("{n:,} more of this kind ({kind}).").format(n=count - LISTED, kind=kind.value)
                )
            )
    return found


def rebuild(workspace: Workspace, progress: Progress | None = None) -> int:
    """Write again what follows from the histories of all deals, in one transaction.

    Nothing is recorded for undo: the history itself is not touched.

    :param progress: told how many deals are done, and of how many.
    :returns: how many deals were wrong.
    """
    with workspace.change("rebuild") as call:
        call.alone()
        reader = call.reader
        total = int(reader.rows("SELECT count(*) FROM deal")[0][0])
        done = wrong = 0
        call.connection.exec_driver_sql(
            "DELETE FROM deal_stage WHERE NOT EXISTS (SELECT 1 FROM deal WHERE deal.id = deal_stage.deal_id)"
        )
        for count, mended in rebuild_deals(call.connection, deal_ids(reader)):
            done += count
            wrong += mended
            if progress is not None:
                progress(done, total)
        touch_all(call.connection)
        rebuild_days(call.connection)
    return wrong


def _findings(reader: Reader, is_sqlite: bool, progress: Progress | None) -> Iterator[Finding]:
    if is_sqlite:
        yield from _file(reader)
        yield from _references(reader)
    yield from _stages(reader)
    yield from _amounts(reader)
    yield from _rates(reader)
    rows = reader.rows(
        "SELECT DISTINCT deal_id FROM deal_stage "
        "WHERE NOT EXISTS (SELECT 1 FROM deal WHERE deal.id = deal_stage.deal_id)"
    )
    for (deal_id,) in rows:
        yield Finding(
            Kind.DERIVED,
            tr("Stages are kept of deal {number}, which is not there.").format(number=deal_id),
            deal_id,
            _REBUILD,
        )
    yield from _activity(reader, is_sqlite)
    total = int(reader.rows("SELECT count(*) FROM deal")[0][0])
    rules = Rules.read(reader)
    done = 0
    for ids in deal_ids(reader):
        for state in deal_states(reader, ids, rules):
            yield from check_deal(state)
        done += len(ids)
        if progress is not None:
            progress(done, total)


def _file(reader: Reader) -> Iterator[Finding]:
    for (verdict,) in reader.rows("PRAGMA quick_check(20)"):
        if verdict != "ok":
            yield Finding(
                Kind.FILE,
                tr("The file is damaged: {verdict}.").format(verdict=" ".join(verdict.split())),
                hint=_BACKUP,
            )


def _references(reader: Reader) -> Iterator[Finding]:
    for table, row_id, parent, _ in reader.rows("PRAGMA foreign_key_check"):
        text = tr("Row {row} of {table} refers to a {parent} that is not there.").format(
            row=row_id, table=table, parent=parent
        )
        yield Finding(Kind.REFERENCE, text, hint=_BACKUP)


def _stages(reader: Reader) -> Iterator[Finding]:
    rows = reader.rows(
        "SELECT p.name, count(*), min(s.position), max(s.position) FROM stage s "
        "JOIN pipeline p ON p.id = s.pipeline_id GROUP BY p.id, p.name ORDER BY p.id"
    )
    for name, count, first, last in rows:
        if (first, last) != (1, count):
            yield Finding(
                Kind.STAGES,
                tr("The stages of {pipeline} have positions {first} to {last}, but are {n}.").format(
                    pipeline=name, first=first, last=last, n=count
                ),
            )


def _amounts(reader: Reader) -> Iterator[Finding]:
    for table, deal in (("deal", "id"), ("stage_visit", "deal_id"), ("deal_past", "deal_id")):
        rows = reader.rows(
            f"SELECT {deal} FROM {table} WHERE (amount_minor IS NULL) <> (currency IS NULL) "  # noqa: S608
            f"ORDER BY id LIMIT {LISTED + 1}"
        )
        for (deal_id,) in rows:
            yield Finding(
                Kind.AMOUNT,
                tr("Deal {number} has an amount without a currency ({table}).").format(
                    number=deal_id, table=table
                ),
                deal_id,
            )


def _activity(reader: Reader, is_sqlite: bool) -> Iterator[Finding]:
    """What follows from interactions: their sums per day, and when deals were last touched."""
    for day, owner_id, kind_id in wrong_days(reader, sqlite=is_sqlite):
        yield Finding(
            Kind.DERIVED,
            tr("The sums of {day} for rep {rep} and kind {kind} are not those of the interactions.").format(
                day=day_of(day).isoformat(), rep=owner_id, kind=kind_id
            ),
            hint=_REBUILD,
        )
    for deal_id, title in reader.rows(WRONGLY_TOUCHED):
        yield Finding(
            Kind.DERIVED,
            tr("Deal {number} {title!r}: its last done interaction is another one.").format(
                number=deal_id, title=title
            ),
            deal_id,
            _REBUILD,
        )


def _rates(reader: Reader) -> Iterator[Finding]:
    base = read_settings(reader).base_currency
    rows = reader.rows(
        "SELECT currency, count(*) FROM deal WHERE currency IS NOT NULL AND currency <> :base "
        "AND NOT EXISTS (SELECT 1 FROM exchange_rate r WHERE (r.base = :base AND r.quote = deal.currency) "
        "OR (r.quote = :base AND r.base = deal.currency)) GROUP BY currency ORDER BY currency",
        {"base": base},
    )
    for currency, count in rows:
        words = trn(
            "There is no exchange rate between {currency} and {base}; {n:,} deal is counted but not priced.",
            "There is no exchange rate between {currency} and {base}; "
            "{n:,} deals are counted but not priced.",
            count,
        )
        yield Finding(
            Kind.RATE,
            words.format(currency=currency, base=base, n=count),
            hint=tr("funnel import rates FILE brings them."),
        )


def check_deal(state: DealState) -> Iterator[Finding]:
    """Check one deal: its visits among each other, and what is kept beside them."""
    broken = list(_history(state))
    yield from broken
    if state.due is None:
        if not broken:
            yield Finding(
                Kind.HISTORY,
                tr("{deal} was in a stage that its pipeline does not have.").format(deal=_named(state)),
                state.deal_id,
            )
        return
    wrong = [
        name for name, due, stored in zip(COLUMNS, state.due, state.stored, strict=True) if due != stored
    ]
    if wrong:
        what = ", ".join(wrong)
        words = tr("{deal}: not what its history says: {columns}.")
        yield Finding(Kind.DERIVED, words.format(deal=_named(state), columns=what), state.deal_id, _REBUILD)
    if state.due_stages != state.stored_stages:
        yield Finding(
            Kind.DERIVED,
            tr("{deal}: not what its history says: the stages it has reached.").format(deal=_named(state)),
            state.deal_id,
            _REBUILD,
        )


def _history(state: DealState) -> Iterator[Finding]:
    for text in _contradictions(state):
        yield Finding(Kind.HISTORY, text.format(deal=_named(state)), state.deal_id)


def _contradictions(state: DealState) -> Iterator[_Text]:
    """Sentences that lack the name of the deal."""
    if not state.visits:
        yield _Text(tr("{deal} was never in a stage."))
        return
    before = None
    for place, (seq, visit) in enumerate(state.visits, 1):
        if seq != place:
            yield _Text(tr("{deal} has visit {n} in place {place}."), n=seq, place=place)
        if before is not None:
            yield from _between(before, visit)
        if visit.left_at is not None and visit.left_at < visit.entered_at:
            yield _Text(
                tr("{deal} left a stage on {moment}, before it entered it."), moment=utc_text(visit.left_at)
            )
        if visit.exit is VisitExit.LOST and visit.loss_reason_id is None:
            yield _Text(tr("{deal} was lost without a reason."))
        before = visit
    last = state.visits[-1][1]
    if last.exit is VisitExit.MOVED:
        yield _Text(tr("{deal} left its last stage without entering another."))
    status = state.stored[COLUMNS.index("status")]
    if (last.left_at is None) != (status == DealStatus.OPEN):
        yield _Text(tr("{deal} is stored as {status}, which its last visit contradicts."), status=status)


def _between(before: VisitFact, visit: VisitFact) -> Iterator[_Text]:
    """What is wrong between two visits that follow each other."""
    if before.left_at is None:
        yield _Text(tr("{deal} is in two stages at once."))
    elif visit.entered_at < before.left_at:
        yield _Text(
            tr("{deal} entered a stage on {moment}, before it left the last one."),
            moment=utc_text(visit.entered_at),
        )
    elif before.exit is VisitExit.MOVED and visit.entered_at != before.left_at:
        yield _Text(
            tr("{deal} was in no stage from {moment} on, though it was not closed."),
            moment=utc_text(before.left_at),
        )


def _named(state: DealState) -> str:
    return tr("Deal {number} {title!r}").format(number=state.deal_id, title=state.title)


class _Text:
    """A sentence about a deal, still without its name.

    :param words: in the language of the user, with ``{deal}`` where the name comes.
    :param values: what else comes in.
    """

    def __init__(self, words: str, **values: object) -> None:
        self._words, self._values = words, values

    def format(self, *, deal: str) -> str:
        """The sentence about this deal."""
        return self._words.format(deal=deal, **self._values)
