"""Reading filters of deals: ``source = "fair" and amount > 100k``.

::

    filter      comparisons with and, or, not and brackets; and binds closer than or
    comparison  FIELD = VALUE · != · < · <= · > · >= · is VALUE · is not VALUE
                FIELD in (VALUE, …) · not in (…) · contains VALUE · between VALUE and VALUE
                FIELD is empty · is not empty · FIELD alone where it is yes or no
    value       words without quotation marks, or a text in "…" or '…' with \\ before a mark inside

The parser library is loaded when the first filter is read: reports without one need not wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from funnel_tui.domain.filter import (
    DEEPEST,
    LONGEST,
    Both,
    Comparison,
    Either,
    Expression,
    Field,
    FilterError,
    Kind,
    Not,
    Operator,
    Value,
    check_operator,
    depth,
    field_named,
)
from funnel_tui.language import tr

if TYPE_CHECKING:
    from lark import Lark, Token

# A keyword ends where a word would; "and-so" is no "and".
_GRAMMAR = r"""
start: either
?either: both (_OR both)*
?both: unary (_AND unary)*
?unary: _NOT unary -> inverse
      | "(" either ")" -> inside
      | comparison
comparison: WORD SIGN value                  -> compared
          | WORD _IS value                   -> equal
          | WORD _IS _NOT value              -> differs
          | WORD _IS _EMPTY                  -> empty
          | WORD _IS _NOT _EMPTY             -> filled
          | WORD _IN listed                  -> among
          | WORD _NOT _IN listed             -> not_among
          | WORD _CONTAINS value             -> holding
          | WORD _NOT _CONTAINS value        -> not_holding
          | WORD _BETWEEN value _AND value   -> within
          | WORD _NOT _BETWEEN value _AND value -> not_within
          | WORD                             -> alone
listed: "(" value ("," value)* ")"
value: STRING | WORD+

SIGN.3: "<=" | ">=" | "!=" | "<>" | "==" | "=" | "<" | ">"
STRING.3: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/s
_AND.2: /and(?![^\s()=!<>,"])/i
_OR.2: /or(?![^\s()=!<>,"])/i
_NOT.2: /not(?![^\s()=!<>,"])/i
_IN.2: /in(?![^\s()=!<>,"])/i
_IS.2: /is(?![^\s()=!<>,"])/i
_EMPTY.2: /empty(?![^\s()=!<>,"])/i
_CONTAINS.2: /contains(?![^\s()=!<>,"])/i
_BETWEEN.2: /between(?![^\s()=!<>,"])/i
WORD.1: /[^\s()=!<>,"'][^\s()=!<>,"]*/
%ignore /\s+/
"""

_SIGNS = {"==": "=", "<>": "!="}
_MEANT = {
    "$END": tr("the end"),
    "_AND": "and",
    "_OR": "or",
    "RPAR": tr("a closing bracket"),
    "LPAR": tr("an opening bracket"),
    "COMMA": tr("a comma"),
    "SIGN": tr("a comparison such as = or >"),
}
_AFTER_VALUE = {"_AND", "_OR"}
_EXAMPLE = tr('For example: source = "fair" and amount > 100k')


def parse_filter(text: str) -> Expression | None:
    """What a filter asks for; None for an empty one.

    Nothing is looked up here: names, amounts and days in it are read by whoever knows the data.

    :raises FilterError: for anything that is no filter, with the column it goes wrong at.
    """
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise FilterError(
            text[:60],
            1,
            tr("the filter has {count:,} characters.").format(count=len(text)),
            tr("At most {most:,} are read.").format(most=LONGEST),
        )
    return _parsed(text)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Expression:
    from lark.exceptions import UnexpectedInput

    _check_brackets(text)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as problem:
        raise _refused(text, problem) from None
    found = _Reading(text).expression(tree.children[0], 0)
    if depth(found) > DEEPEST:
        raise FilterError(
            text,
            1,
            tr("brackets lie more than {most} deep.").format(most=DEEPEST),
            tr("Write it with fewer of them."),
        )
    return found


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)


_SCANNED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]|[^\s()=!<>,"']+|.""", re.DOTALL)


def _check_brackets(text: str) -> None:
    """Refuse what would lie too deep before anything walks down into it; a bracket without its other half.

    :raises FilterError: with the column of the bracket.
    """
    opened: list[int] = []
    nots = 0
    for match in _SCANNED.finditer(text):
        word = match[0]
        nots = nots + 1 if word.casefold() == "not" else 0 if word.strip() and word != "(" else nots
        if word == "(":
            opened.append(match.start())
        if len(opened) + nots > DEEPEST:
            raise FilterError(
                text,
                match.start() + 1,
                tr("brackets lie more than {most} deep.").format(most=DEEPEST),
                tr("Write it with fewer."),
            )
        if word == ")":
            if not opened:
                raise FilterError(text, match.start() + 1, tr("nothing was opened that this bracket closes."))
            opened.pop()
        if word in {'"', "'"} and (word == '"' or not _inside_word(text, match.start())):
            raise FilterError(
                text,
                match.start() + 1,
                tr("a text that begins with {word} does not end.").format(word=word),
                tr("Close it."),
            )
    if opened:
        raise FilterError(
            text, opened[-1] + 1, tr("this bracket is not closed."), tr("Add a ) where it ends.")
        )


def _inside_word(text: str, at: int) -> bool:
    """Whether a mark stands in the middle of a word, as in O'Brien."""
    return at > 0 and re.match(r"""[^\s()=!<>,"]""", text[at - 1]) is not None


def _refused(text: str, problem: Any) -> FilterError:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    wanted = set(getattr(problem, "expected", None) or getattr(problem, "allowed", None) or ())
    if isinstance(problem, UnexpectedToken):
        token = problem.token
        wanted = set(problem.accepts or problem.expected)
        at_end = token.type == "$END"
        column = len(text.rstrip()) + 1 if at_end else (token.start_pos or 0) + 1
        word = "" if at_end else str(token)
    else:
        at_end = not isinstance(problem, UnexpectedCharacters)
        start = len(text.rstrip()) if at_end else problem.pos_in_stream
        column, word = start + 1, "" if at_end else text[start : start + 1]
    shown = "".join(char if char.isprintable() else " " for char in word[:40])
    said = tr("{shown!r} is not understood here.").format(shown=shown)
    if at_end:
        said = tr("the filter ends where {words} is needed.").format(words=_words(wanted))
    hint = _EXAMPLE if at_end else tr("Here may stand {words}.").format(words=_words(wanted))
    if not at_end and wanted >= _AFTER_VALUE:
        hint = tr(
            "Conditions are joined by and, or; a value with {shown} in it needs quotation marks."
        ).format(shown=shown)
    return FilterError(text, column, said, hint, width=len(word))


def _words(wanted: set[str]) -> str:
    if "STRING" in wanted:
        return tr("a value")
    if "WORD" in wanted and "SIGN" not in wanted:
        return tr("a field") if "LPAR" in wanted or "_NOT" in wanted else tr("more of a value")
    if "SIGN" in wanted:
        return tr("a comparison: =, !=, <, <=, >, >=, in, contains, between or is empty")
    named = sorted(_MEANT.get(name, name.strip("_").casefold()) for name in wanted)
    return tr(" or ").join(named) or tr("nothing more")


class _Reading:
    """Turns the tree of the parser library into our own.

    :param text: the filter.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def expression(self, tree: Any, level: int) -> Expression:
        """A part of the tree. Its depth is bounded before it is read."""
        children = tree.children
        match tree.data:
            case "either":
                return Either(tuple(self.expression(child, level + 1) for child in children))
            case "both":
                return Both(tuple(self.expression(child, level + 1) for child in children))
            case "inverse":
                return Not(self.expression(children[0], level + 1))
            case "inside":
                return self.expression(children[0], level + 1)
            case rule:
                return check_operator(self._text, self._comparison(str(rule), children))

    def _comparison(self, rule: str, children: list[Any]) -> Comparison:
        name: Token = children[0]
        column = (name.start_pos or 0) + 1
        known = field_named(self._text, str(name), column)
        operator, values = _RULES[rule](self, known, children)
        return Comparison(known, operator, values, column)

    def compared(self, known: Field, children: list[Any]) -> tuple[Operator, tuple[Value, ...]]:
        """A sign and a value; nothing between quotation marks is empty."""
        sign = str(children[1])
        return self.equal(Operator(_SIGNS.get(sign, sign)), known, children[2])

    def equal(self, operator: Operator, known: Field, tree: Any) -> tuple[Operator, tuple[Value, ...]]:
        """A comparison with one value."""
        value = self.value(tree)
        if not value.text.strip() and known.kind is not Kind.FLAG:
            if operator is Operator.EQUALS:
                return Operator.EMPTY, ()
            if operator is Operator.DIFFERS:
                return Operator.NOT_EMPTY, ()
        return operator, (value,)

    def listed(self, tree: Any) -> tuple[Value, ...]:
        """The values between brackets."""
        return tuple(map(self.value, tree.children))

    def value(self, tree: Any) -> Value:
        """A value: what stands between quotation marks, or words with the blanks between them."""
        tokens: list[Token] = tree.children
        start, end = tokens[0].start_pos or 0, tokens[-1].end_pos or 0
        raw = self._text[start:end]
        if tokens[0].type == "STRING":
            raw = re.sub(r"\\(.)", r"\1", raw[1:-1], flags=re.DOTALL)
        else:
            raw = " ".join(raw.split())
        return Value(raw, start + 1, end - start)


_Read = Callable[["_Reading", Field, list[Any]], tuple[Operator, tuple[Value, ...]]]
_RULES: dict[str, _Read] = {
    "compared": _Reading.compared,
    "equal": lambda self, known, found: self.equal(Operator.EQUALS, known, found[1]),
    "differs": lambda self, known, found: self.equal(Operator.DIFFERS, known, found[1]),
    "empty": lambda *_: (Operator.EMPTY, ()),
    "filled": lambda *_: (Operator.NOT_EMPTY, ()),
    "among": lambda self, _, found: (Operator.IN, self.listed(found[1])),
    "not_among": lambda self, _, found: (Operator.NOT_IN, self.listed(found[1])),
    "holding": lambda self, _, found: (Operator.CONTAINS, (self.value(found[1]),)),
    "not_holding": lambda self, _, found: (Operator.CONTAINS_NOT, (self.value(found[1]),)),
    "within": lambda self, _, found: (Operator.BETWEEN, (self.value(found[1]), self.value(found[2]))),
    "not_within": lambda self, _, found: (Operator.NOT_BETWEEN, (self.value(found[1]), self.value(found[2]))),
    "alone": lambda *_: (Operator.HOLDS, ()),
}
