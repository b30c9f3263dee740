"""The find index in memory: folded names in blocks of text, searched at the speed of ``str.find``.

A Python object per name would cost ten times the memory, and one long text could not be changed in place. A
block is the names of about a thousand rows, one per line; only blocks that hold what is looked for are taken
apart.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import nsmallest

from funnel_tui.domain.finding import FindKind, fold
from funnel_tui.queries.find import Source

BLOCK = 1024

EXACT, PREFIX, WORD, SUBSTRING, FUZZY = range(5)
"""How well something fits; better ones are smaller."""

Hit = tuple[int, int, int, int, int]
"""Grade (and edits), 1 when closed, length of the name, place of the kind, number: the order of finds."""

_WORDS = re.compile(r"[^\W\d_]{3,}")


@dataclass(slots=True)
class Block:
    """Rows in the order of their numbers.

    :param text: one line per row: the name, and after a tab the second name.
    :param lengths: of the names, without the second ones.
    :param closed: 1 for each closed deal.
    """

    ids: array[int]
    text: str
    lengths: array[int]
    closed: bytearray
    organisations: array[int]
    owners: array[int]

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Block:
        """Fold and pack some rows."""
        return cls.packed([(source[0], _line(source[1], source[2]), *source[3:]) for source in sources])

    def parts(self) -> Iterator[tuple[int, str, int, int, int]]:
        """The rows as they are packed."""
        lines = self.text.split("\n")
        return zip(self.ids, lines, self.closed, self.organisations, self.owners, strict=True)

    @classmethod
    def packed(cls, parts: Sequence[tuple[int, str, int, int, int]]) -> Block:
        """The opposite of :meth:`parts`."""
        return cls(
            array("q", (part[0] for part in parts)),
            "\n".join(part[1] for part in parts),
            array("I", (len(part[1].partition("\t")[0]) for part in parts)),
            bytearray(part[2] for part in parts),
            array("q", (part[3] for part in parts)),
            array("q", (part[4] for part in parts)),
        )


def _line(name: str, second: str | None) -> str:
    return f"{fold(name)}\t{fold(second)}" if second else fold(name)


class Shelf:
    """All rows of one kind.

    :param place: what comes first among equals.
    """

    def __init__(self, kind: FindKind, place: int) -> None:
        self.kind = kind
        self.place = place
        self.blocks: list[Block] = []
        self.words: set[str] = set()

    def add(self, sources: Sequence[Source]) -> None:
        """Put rows behind the last one, in the order of their numbers."""
        if sources:
            self.blocks.append(Block.of(sources))
            self.words.update(_WORDS.findall(self.blocks[-1].text))

    def change(self, ids: Iterable[int], present: Mapping[int, Source]) -> None:
        """Bring some rows up to date.

        :param ids: the rows that changed.
        :param present: those of them that are still there.
        """
        firsts = [block.ids[0] for block in self.blocks]
        touched: dict[int, list[int]] = {}
        for number in ids:
            touched.setdefault(max(0, bisect_right(firsts, number) - 1), []).append(number)
        for place in sorted(touched, reverse=True):
            numbers = touched[place]
            parts = {part[0]: part for part in self.blocks[place].parts()} if self.blocks else {}
            for number in numbers:
                source = present.get(number)
                if source is None:
                    parts.pop(number, None)
                else:
                    line = _line(source[1], source[2])
                    self.words.update(_WORDS.findall(line))
                    parts[number] = (number, line, *source[3:])
            rows = [parts[number] for number in sorted(parts)]
            self.blocks[place : place + 1] = [
                Block.packed(rows[start : start + BLOCK]) for start in range(0, len(rows), BLOCK)
            ]

    def starting(self, text: str, limit: int) -> list[Hit]:
        """Rows whose name, or second name, begins with a text; or is it."""
        first, second = f"\n{text}", f"\t{text}"
        found: list[Hit] = []
        for block in self.blocks:
            inner = second in block.text
            if not inner and first not in block.text and not block.text.startswith(text):
                continue
            lines = block.text.split("\n")
            at = [n for n, line in enumerate(lines) if line.startswith(text)]
            if inner:
                at = sorted({*at, *(n for n, line in enumerate(lines) if second in line)})
            grades = [PREFIX if text not in lines[n].split("\t") else EXACT for n in at]
            found += self._best(block, at, grades, limit)
        return nsmallest(limit, found)

    def containing(self, text: str, limit: int) -> list[Hit]:
        """Rows that contain a text; at the beginning of a word it is worth more."""
        spaced = f" {text}"
        inside = re.compile(rf"(?<!\w){re.escape(text)}")
        found: list[Hit] = []
        for block in self.blocks:
            if text in block.text:
                lines = block.text.split("\n")
                at = [n for n, line in enumerate(lines) if text in line]
                grades = [WORD if spaced in lines[n] or inside.search(lines[n]) else SUBSTRING for n in at]
                found += self._best(block, at, grades, limit)
        return nsmallest(limit, found)

    def with_all(self, choices: Sequence[Sequence[str]], grade: int, limit: int) -> list[Hit]:
        """Rows that contain one text of every choice.

        :param choices: spellings of each word.
        :param grade: what they are worth; as :data:`SUBSTRING` a row in which all are at the beginning of a
            word is worth more.
        """
        starts = [re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + ")") for words in choices]
        found: list[Hit] = []
        for block in self.blocks:
            text = block.text
            if not all(any(word in text for word in words) for words in choices):
                continue
            lines = text.split("\n")
            at: Sequence[int] = range(len(lines))
            for words in choices:
                here = [[n for n in at if word in lines[n]] for word in words if word in text]
                at = here[0] if len(here) == 1 else sorted(set().union(*here))
            if grade == SUBSTRING:
                grades = [WORD if all(start.search(lines[n]) for start in starts) else SUBSTRING for n in at]
                found += self._best(block, at, grades, limit)
            else:
                at = [n for n in at if all(start.search(lines[n]) for start in starts)]
                found += self._best(block, at, grade, limit)
        return nsmallest(limit, found)

    def _best(self, block: Block, at: Sequence[int], grade: int | Sequence[int], limit: int) -> list[Hit]:
        grades = [grade] * len(at) if isinstance(grade, int) else grade
        closed, lengths = block.closed, block.lengths
        # Packed into whole numbers, which sort several times as fast as tuples.
        packed = [
            (worth << 1 | closed[n]) << 44 | lengths[n] << 24 | n for worth, n in zip(grades, at, strict=True)
        ]
        best = packed if len(packed) <= limit else sorted(packed)[:limit]
        ids, place = block.ids, self.place
        return [(one >> 45, one >> 44 & 1, one >> 24 & 0xFFFFF, place, ids[one & 0xFFFFFF]) for one in best]

    def with_text(self, text: str) -> set[int]:
        """The numbers of the rows that contain a text anywhere."""
        found: set[int] = set()
        for block in self.blocks:
            if text in block.text:
                lines = block.text.split("\n")
                found.update(number for number, line in zip(block.ids, lines, strict=True) if text in line)
        return found

    def narrowed(self, words: Sequence[tuple[str, AbstractSet[int], AbstractSet[int]]]) -> set[int]:
        """The rows that have every word in their line, in their organisation or in their owner.

        :param words: each with the organisations and the owners that have it in their name.
        """
        found: set[int] = set()
        for block in self.blocks:
            lines = block.text.split("\n")
            organisations, owners = block.organisations, block.owners
            at: Sequence[int] = range(len(lines))
            for word, firms, people in words:
                if word not in block.text:
                    here = []
                elif len(at) == len(lines):
                    here = [n for n, line in enumerate(lines) if word in line]
                else:
                    here = [n for n in at if word in lines[n]]
                if (firms or people) and len(here) < len(at):
                    seen = set(here)
                    here += [
                        n for n in at if n not in seen and (organisations[n] in firms or owners[n] in people)
                    ]
                at = here
            found.update(map(block.ids.__getitem__, at))
        return found

    def __len__(self) -> int:
        return sum(len(block.ids) for block in self.blocks)
