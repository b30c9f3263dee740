"""Likely duplicates: for a picker that is about to make somebody new, and for tidying a directory.

Names are compared by their keys (:mod:`funnel_tui.domain.naming`) with the normalised edit similarity of
``rapidfuzz``. Names whose numbers differ ("Site 12", "Site 13") are never alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise
from weakref import WeakKeyDictionary

from funnel_tui.db import Database
from funnel_tui.domain.directory import DuplicatePair, Kind, Likeness
from funnel_tui.domain.naming import mail_domain, organisation_key, person_key, phone_key
from funnel_tui.language import tr
from funnel_tui.queries.directory import NamedRow, named_organisations, named_people, organisation_domains
from funnel_tui.services.workspace import Workspace

ALIKE = 86.0
"""The similarity from which names are alike: one typing error in a short name, two or three in a long one."""

BLOCK = 300
"""The most names that are all compared with each other; a larger block is cut finer."""

SHARED = 4
"""A domain or an e-mail address at more places than this says nothing about any of them."""

SAME_NAME, ALIKE_NAME, SAME_MAIL = tr("same name"), tr("similar name"), tr("same e-mail")
SAME_DOMAIN, SAME_PHONE = tr("same e-mail domain"), tr("same phone")

_KEYS: Mapping[Kind, Callable[[str], str]] = {"organisation": organisation_key, "person": person_key}


@dataclass(frozen=True, slots=True)
class _Found:
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class _Directory:
    """All rows of a kind with their keys, as of one state of the database."""

    state: int
    rows: Sequence[NamedRow]
    keys: Sequence[str]
    domains: Sequence[tuple[int, str]]


_Pair = tuple[int, int, _Found]
_known: WeakKeyDictionary[Database, dict[Kind, _Directory]] = WeakKeyDictionary()


def likely_duplicates(
    workspace: Workspace,
    name: str,
    *,
    kind: Kind = "organisation",
    email: str | None = None,
    organisation_id: int | None = None,
    limit: int = 5,
) -> list[Likeness]:
    """Rows that somebody who types a new name may mean.

    :param name: as typed; half a name is compared as it stands.
    :param email: of the new person, or of anybody at the new organisation.
    :param organisation_id: of the new person; who is known to be somewhere else is then no duplicate by name.
    :param limit: how many at most.
    :returns: the most alike first; empty when nobody is alike.
    """
    directory = _directory(workspace, kind)
    rows = directory.rows
    found: dict[int, _Found] = {}
    for row, score in _alike(_KEYS[kind](name), directory) if name.strip() else ():
        if kind == "organisation" or _may_meet(row.organisation_id, organisation_id):
            found[row.id] = _Found(SAME_NAME if score == 100 else ALIKE_NAME, score)
    wanted = (email or "").strip().casefold()
    for row in rows if wanted and kind == "person" else ():
        if row.email is not None and row.email.casefold() == wanted:
            found[row.id] = _Found(SAME_MAIL, 100.0)
    domain = mail_domain(email)
    same = [number for number, each in directory.domains if each == domain]
    for number in same if len(same) <= SHARED else ():
        found.setdefault(number, _Found(SAME_DOMAIN, 90.0))
    alike = sorted((row for row in rows if row.id in found), key=lambda row: (-found[row.id].score, row.name))
    return [_likeness(row, found[row.id]) for row in alike[:limit]]


def duplicate_pairs(
    workspace: Workspace, kind: Kind = "organisation", limit: int = 500
) -> list[DuplicatePair]:
    """Pairs of rows that may be the same.

    Organisations: by name, or by the e-mail domain of their people. People: by e-mail, by telephone and part
    of the name, or by name unless they are at two organisations that are not alike.

    :param limit: how many at most.
    :returns: the most alike first.
    """
    directory = _directory(workspace, kind)
    by_number = {row.id: row for row in directory.rows}
    by_contact = _by_domain(directory) if kind == "organisation" else _by_contact(directory)
    pairs: dict[tuple[int, int], _Found] = {}
    for one, other, found in chain(_by_name(kind, directory), by_contact):
        pair = (min(one, other), max(one, other))
        if pair not in pairs or pairs[pair].score < found.score:
            pairs[pair] = found
    best = sorted(pairs, key=lambda pair: (-pairs[pair].score, by_number[pair[0]].name, pair))
    return [
        DuplicatePair(
            _likeness(by_number[one], pairs[one, other]),
            _likeness(by_number[other], pairs[one, other]),
            pairs[one, other].why,
            pairs[one, other].score,
        )
        for one, other in best[:limit]
    ]


def _directory(workspace: Workspace, kind: Kind) -> _Directory:
    """Everybody of a kind. Kept until something is written: a picker asks at every key."""
    known = _known.setdefault(workspace.database, {})
    # Before the reading: a write in between is then noticed the next time.
    state = workspace.database.change_number()
    found = known.get(kind)
    if found is None or found.state != state:
        with workspace.read() as reader:
            rows = named_organisations(reader) if kind == "organisation" else named_people(reader)
            domains = organisation_domains(reader) if kind == "organisation" else []
        found = _Directory(state, rows, [_KEYS[kind](row.name) for row in rows], domains)
        known[kind] = found
    return found


def _likeness(row: NamedRow, found: _Found) -> Likeness:
    return Likeness(row.id, row.name, found.why, found.score, row.organisation)


def _may_meet(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _alike(wanted: str, directory: _Directory) -> Iterator[tuple[NamedRow, float]]:
    """The rows whose keys are like a key, with the similarity from 0 to 100."""
    from rapidfuzz import fuzz, process

    numbers = _numbers(wanted)
    for key, score, place in process.extract(
        wanted, directory.keys, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None, processor=None
    ):
        if _numbers(key) == numbers:
            yield directory.rows[place], score


def _numbers(key: str) -> list[str]:
    """The words of a key with a digit in them: what tells two of a row of names apart."""
    if not any(map(str.isdecimal, key)):
        return []
    return [word for word in key.split() if any(map(str.isdecimal, word))]


def _by_name(kind: Kind, directory: _Directory) -> Iterator[_Pair]:
    by_key: dict[str, list[NamedRow]] = defaultdict(list)
    for row, key in zip(directory.rows, directory.keys, strict=True):
        by_key[key].append(row)
    for same in by_key.values():
        for one, other in _couples(same):
            if kind == "organisation" or _same_place(one, other):
                yield one.id, other.id, _Found(SAME_NAME, 100.0)
    for first, second, score in _alike_keys(sorted(by_key)):
        for one in by_key[first][:SHARED]:
            for other in by_key[second][:SHARED]:
                if kind == "organisation" or _same_place(one, other):
                    yield one.id, other.id, _Found(ALIKE_NAME, score)


def _couples(rows: Sequence[NamedRow]) -> Iterable[tuple[NamedRow, NamedRow]]:
    """All pairs of a small group; of a large one only neighbours, or a common name would give millions."""
    return combinations(rows, 2) if len(rows) <= SHARED else pairwise(rows)


def _same_place(one: NamedRow, other: NamedRow) -> bool:
    """Whether two people may be at the same organisation."""
    if _may_meet(one.organisation_id, other.organisation_id):
        return True
    return organisation_key(one.organisation or "") == organisation_key(other.organisation or "")


def _alike_keys(keys: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Pairs of different keys that are alike.

    Only keys with the same beginning or the same end are compared: a typing error spoils one of the two.
    """
    from rapidfuzz import fuzz, process

    told: set[tuple[str, str]] = set()
    for backwards in (False, True):
        for block in _blocks(keys, backwards):
            for place, wanted in enumerate(block[:-1], 1):
                for key, score, _ in process.extract(
                    wanted, block[place:], scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None, processor=None
                ):
                    pair = (min(wanted, key), max(wanted, key))
                    if pair not in told and _numbers(wanted) == _numbers(key):
                        told.add(pair)
                        yield *pair, score


def _blocks(keys: Sequence[str], backwards: bool, length: int = 3) -> Iterator[list[str]]:
    """Keys that share their first (or last) letters, in groups of at most :data:`BLOCK`."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[key[-length:] if backwards else key[:length]].append(key)
    for group in groups.values():
        if len(group) > BLOCK and any(len(key) > length for key in group):
            yield from _blocks(group, backwards, length + 1)
        elif len(group) > 1:
            yield group


def _by_domain(directory: _Directory) -> Iterator[_Pair]:
    """Pairs of organisations whose people have e-mail at the same domain."""
    at_domain: dict[str, list[int]] = defaultdict(list)
    for number, domain in directory.domains:
        at_domain[domain].append(number)
    for numbers in at_domain.values():
        for one, other in combinations(numbers, 2) if len(numbers) <= SHARED else ():
            yield one, other, _Found(SAME_DOMAIN, 90.0)


def _by_contact(directory: _Directory) -> Iterator[_Pair]:
    """Pairs of people with the same e-mail, or with the same telephone and part of the name."""
    by_mail: dict[str, list[NamedRow]] = defaultdict(list)
    by_phone: dict[str, list[NamedRow]] = defaultdict(list)
    for row in directory.rows:
        if row.email:
            by_mail[row.email.casefold()].append(row)
        phone = phone_key(row.phone)
        if phone is not None:
            by_phone[phone].append(row)
    for group in by_mail.values():
        for one, other in combinations(group, 2) if len(group) <= SHARED else ():
            yield one.id, other.id, _Found(SAME_MAIL, 100.0)
    for group in by_phone.values():
        for one, other in combinations(group, 2) if len(group) <= SHARED else ():
            # A switchboard has one number for everybody.
            if set(person_key(one.name).split()) & set(person_key(other.name).split()):
                yield one.id, other.id, _Found(SAME_PHONE, 90.0)
