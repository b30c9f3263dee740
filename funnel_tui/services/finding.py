"""Finding deals, organisations and people by name from anywhere, and narrowing a list as somebody types.

The names are kept in memory, folded, one index per workspace. It is read on first use and afterwards kept up
to date from the audit log: whoever wrote, and on both databases.
"""

from __future__ import annotations

import threading
import time
from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from weakref import WeakKeyDictionary

from funnel_tui.db import Reader
from funnel_tui.domain.finding import FindKind, Found, fold
from funnel_tui.domain.status_words import DEAL_STATUSES, ORGANISATION_STATUSES
from funnel_tui.errors import FunnelError
from funnel_tui.queries import find as queries
from funnel_tui.queries.look import rep_names
from funnel_tui.services.find_shelf import BLOCK, EXACT, FUZZY, PREFIX, SUBSTRING, WORD, Hit, Shelf
from funnel_tui.services.find_spelling import spellings, words_of
from funnel_tui.services.workspace import Workspace

LIMIT = 20

RELOAD = 20_000
"""After more changed rows than this the whole index is read again; that is quicker."""

LATE_SECONDS = 60.0
"""On PostgreSQL a change may become visible after one with a higher number; so long it is waited for."""

_KINDS = (FindKind.DEAL, FindKind.ORGANISATION, FindKind.PERSON)
_SCORES = {EXACT: 1.0, PREFIX: 0.9, WORD: 0.8, SUBSTRING: 0.7}
_BATCH = 500


class FindIndex:
    """The names of one workspace.

    Every method may be called from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._shelves: dict[FindKind, Shelf] = {}
        self._reps: dict[int, str] = {}
        self._loaded = False
        self._top = 0
        self._settled = 0
        self._applied: set[int] = set()
        self._marks: deque[tuple[float, int]] = deque()

    def __len__(self) -> int:
        return sum(map(len, self._shelves.values()))

    def refresh(self, workspace: Workspace) -> None:
        """Read the names if they were never read, else what changed since.

        :raises DatabaseProblem: when the database cannot be read.
        """
        with self._lock:
            if not self._loaded:
                self._load(workspace)
            with workspace.read() as reader:
                current = self._catch_up(reader, late=not workspace.database.is_sqlite)
            if not current:
                self._load(workspace)

    def _load(self, workspace: Workspace) -> None:
        """Read everything, a block and a short transaction at a time; what changes meanwhile is caught up."""
        with workspace.read() as reader:
            self._top = self._settled = queries.last_change(reader)
            self._reps = {rep: fold(name) for rep, name in rep_names(reader).items()}
        self._applied.clear()
        self._marks.clear()
        shelves = {kind: Shelf(kind, place) for place, kind in enumerate(_KINDS)}
        for kind, shelf in shelves.items():
            after = -(2**62)
            while True:
                with workspace.read() as reader:
                    sources = queries.find_sources(reader, kind, after, BLOCK)
                if not sources:
                    break
                shelf.add(sources)
                after = sources[-1][0]
        self._shelves = shelves
        self._loaded = True

    def _catch_up(self, reader: Reader, *, late: bool) -> bool:
        """Bring the index up to date with the audit log.

        :param late: whether an entry may become visible after one with a higher number.
        :returns: False when it must be read anew: too much changed, or the log is another one.
        """
        top = queries.last_change(reader)
        if top < self._top:
            return False
        if top == self._top and not late:
            return True
        entries = queries.changes_since(reader, self._settled, RELOAD + 1)
        if len(entries) > RELOAD:
            return False
        fresh = [entry for entry in entries if entry[0] not in self._applied]
        if sum(last - first + 1 for _, entity, first, last in fresh if entity != "rep") > RELOAD:
            return False
        for kind in _KINDS:
            changed = {
                row for _, name, first, last in fresh if name == kind.value for row in range(first, last + 1)
            }
            if changed:
                self._change(reader, kind, changed)
        if any(entry[1] == "rep" for entry in fresh):
            self._reps = {rep: fold(name) for rep, name in rep_names(reader).items()}
        self._settle(top, (entry[0] for entry in entries), late=late)
        return True

    def _change(self, reader: Reader, kind: FindKind, changed: Iterable[int]) -> None:
        ids = sorted(changed)
        present = {}
        for start in range(0, len(ids), _BATCH):
            for source in queries.find_sources_of(reader, kind, ids[start : start + _BATCH]):
                present[source[0]] = source
        self._shelves[kind].change(ids, present)

    def _settle(self, top: int, seen: Iterable[int], *, late: bool) -> None:
        """Remember what was applied, and forget what is so old that nothing can come before it any more."""
        self._top = top
        if not late:
            self._settled = top
            return
        now = time.monotonic()
        self._marks.append((now, top))
        while self._marks and self._marks[0][0] < now - LATE_SECONDS:
            self._settled = self._marks.popleft()[1]
        self._applied = {number for number in seen if number > self._settled}

    def search(self, text: str, limit: int) -> list[tuple[FindKind, int, float]]:
        """The best hits in memory: kind, number, score."""
        with self._lock:
            hits = self._hits(fold(text), limit)
        return [(_KINDS[place], number, _score(grade)) for grade, _, _, place, number in hits]

    def _hits(self, text: str, limit: int) -> list[Hit]:
        words = text.split()
        if not words or limit < 1:
            return []
        found: dict[tuple[int, int], Hit] = {}
        shelves = self._shelves.values()

        def take(hits: Iterable[Hit]) -> bool:
            for hit in sorted(hits):
                found.setdefault(hit[3:], hit)
            return len(found) >= limit

        enough = take(hit for shelf in shelves for hit in shelf.starting(text, limit))
        if len(words) == 1:
            enough = enough or take(hit for shelf in shelves for hit in shelf.containing(text, limit))
        else:
            one = [[word] for word in words]
            enough = enough or take(hit for shelf in shelves for hit in shelf.with_all(one, SUBSTRING, limit))
        if not enough:
            for edits, choices in self._respelled(text):
                if take(
                    hit for shelf in shelves for hit in shelf.with_all(choices, FUZZY + edits - 1, limit)
                ):
                    break
        return sorted(found.values())[:limit]

    def _respelled(self, text: str) -> Iterable[tuple[int, Sequence[Sequence[str]]]]:
        """The words of a text as they may have been meant, those with the fewest edits first."""
        vocabulary = [shelf.words for shelf in self._shelves.values()]
        words = words_of(text)
        near = [spellings(word, vocabulary) for word in words]
        most = max((max(found, default=0) for found in near), default=0)
        for edits in range(1, most + 1):
            choices = [
                [
                    word,
                    *(other for distance, others in found.items() if distance <= edits for other in others),
                ]
                for word, found in zip(words, near, strict=True)
            ]
            if any(len(choice) > 1 for choice in choices):
                yield edits, choices

    def narrow(self, ids: array[int], text: str) -> array[int]:
        """The deals of a list in which every word of a text occurs."""
        words = dict.fromkeys(fold(text).split())
        with self._lock:
            firms = self._shelves[FindKind.ORGANISATION]
            wanted = self._shelves[FindKind.DEAL].narrowed(
                [
                    (
                        word,
                        firms.with_text(word),
                        {rep for rep, name in self._reps.items() if word in name},
                    )
                    for word in words
                ]
            )
        return array("q", filter(wanted.__contains__, ids))

    def with_word(self, word: str) -> dict[FindKind, AbstractSet[int]]:
        """The rows of each kind in whose name a word occurs; deals also by organisation and owner."""
        text = fold(word)
        with self._lock:
            found: dict[FindKind, AbstractSet[int]] = {
                kind: shelf.with_text(text) for kind, shelf in self._shelves.items()
            }
            reps = {rep for rep, name in self._reps.items() if text in name}
            organisations = found[FindKind.ORGANISATION]
            found[FindKind.DEAL] = self._shelves[FindKind.DEAL].narrowed([(text, organisations, reps)])
        return found


def _score(grade: int) -> float:
    return _SCORES.get(grade) or 0.6 - 0.1 * (grade - FUZZY)


_indexes: WeakKeyDictionary[Workspace, FindIndex] = WeakKeyDictionary()
_guard = threading.Lock()


def find_index(workspace: Workspace) -> FindIndex:
    """The index of a workspace; empty until it is first asked or warmed up."""
    with _guard:
        found = _indexes.get(workspace)
        if found is None:
            found = _indexes[workspace] = FindIndex()
        return found


def warm_up(workspace: Workspace) -> threading.Thread:
    """Begin to read the index in a thread of its own, so that the first find need not wait for it.

    What goes wrong there is told to whoever asks next, who tries again.
    """

    def read() -> None:
        with suppress(FunnelError):
            find_index(workspace).refresh(workspace)

    thread = threading.Thread(target=read, name="find index", daemon=True)
    thread.start()
    return thread


def find(workspace: Workspace, text: str, limit: int = LIMIT) -> list[Found]:
    """Deals, organisations and people by name, also with typing errors.

    The very name comes first, then names and words that begin with the text, then those that contain it, then
    those one or two edits away. Among equals open deals come before closed ones and shorter names first.

    :param text: what was typed; deals are also found by their id in another program, people by their email.
    :param limit: how many at most.
    :raises DatabaseProblem: when the database cannot be read.
    """
    index = find_index(workspace)
    index.refresh(workspace)
    hits = index.search(text, limit)
    if not hits:
        return []
    told: dict[FindKind, dict[int, queries.Told]] = {}
    with workspace.read() as reader:
        for kind in {hit[0] for hit in hits}:
            told[kind] = queries.find_told(reader, kind, [number for of, number, _ in hits if of is kind])
    return [
        Found(kind, number, told[kind][number].title, _subtitle(kind, told[kind][number]), score)
        for kind, number, score in hits
        if number in told[kind]
    ]


def _subtitle(kind: FindKind, told: queries.Told) -> str:
    """What tells a row from others of the same name, with its status as the lists call it."""
    words = ORGANISATION_STATUSES if kind is FindKind.ORGANISATION else DEAL_STATUSES
    return " · ".join(filter(None, (told.about, words.get(told.status, told.status))))


def narrow(workspace: Workspace, ids: array[int], text: str) -> array[int]:
    """The deals of a list in which every word of a text occurs, in the same order.

    A word may occur in the title, the id in another program, the organisation or the present owner, whatever
    the case and the accents. Nothing typed leaves the list as it is.

    :raises DatabaseProblem: when the database cannot be read.
    """
    if not fold(text):
        return ids
    index = find_index(workspace)
    index.refresh(workspace)
    return index.narrow(ids, text)


def with_word(workspace: Workspace, word: str) -> dict[FindKind, AbstractSet[int]]:
    """Deals, organisations and people in whose names a word occurs; deals also by organisation and owner.

    :raises DatabaseProblem: when the database cannot be read.
    """
    index = find_index(workspace)
    index.refresh(workspace)
    return index.with_word(word)
