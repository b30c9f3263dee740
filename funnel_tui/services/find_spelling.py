"""What somebody may have meant by a word with typing errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

ONE_EDIT, TWO_EDITS = 4, 7
"""From so many letters on one, or two, edits are forgiven; shorter words are too like each other."""

CHOICES = 8
"""Spellings that are tried for a word."""

_WORDS = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a folded text, without punctuation."""
    return _WORDS.findall(text)


def spellings(word: str, vocabulary: Iterable[set[str]]) -> Mapping[int, Sequence[str]]:
    """Words, or beginnings of words, close to one that was typed.

    Close is an edit away: a letter too many, missing or wrong, or two letters swapped (optimal string
    alignment); from seven letters on two edits.

    :param word: folded.
    :param vocabulary: sets of known words.
    :returns: by number of edits, the spellings with so many; the word itself is not among them.
    """
    edits = 0 if len(word) < ONE_EDIT else 1 if len(word) < TWO_EDITS else 2
    if not edits:
        return {}
    # Loaded when somebody first mistypes: most never wait for it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    size = len(word)
    least, most = size - edits, size + edits
    pool: set[str] = set()
    for words in vocabulary:
        # Somebody who is still typing has the beginning of a longer word.
        pool.update({known if len(known) <= most else known[:size] for known in words if len(known) >= least})
    pool.discard(word)
    near = process.extract(word, pool, scorer=OSA.distance, score_cutoff=edits, limit=None)
    found: dict[int, list[str]] = {}
    for known, distance, _ in sorted(near, key=lambda one: (one[1], one[0]))[:CHOICES]:
        found.setdefault(int(distance), []).append(known)
    return found
