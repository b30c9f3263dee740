"""Words that are stored in English are read and typed in the language of the user."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from textual.content import Content

from funnel_tui.domain.durations import read_duration
from funnel_tui.domain.interactions import KINDS
from funnel_tui.language import LANGUAGES
from funnel_tui.widgets.pane import wrapped
from funnel_tui.widgets.unbroken import keep_numbers_whole

# A fresh process: words of modules are in the language that was chosen before they were imported.
SCRIPT = """
import json, sys
from funnel_tui import language
language.choose(sys.argv[1])
from funnel_tui.domain import builtin_words as words
from funnel_tui.domain.interactions import KINDS, OUTCOMES
from funnel_tui.domain.next_words import read_next
from funnel_tui.domain.phrases import InvalidInput
from funnel_tui.domain.said import english_of
from funnel_tui.domain.tasks import task_text, task_word

def no_day(text):
    raise InvalidInput("date", text, "")

kinds = {kind: str(words.kind_word(kind)) for kind in KINDS}
ends = sorted({outcome for usual in OUTCOMES.values() for outcome in usual})
outcomes = {outcome: str(words.outcome_word(outcome)) for outcome in ends}
json.dump({
    "kinds": kinds,
    "outcomes": outcomes,
    "stored_kinds": [words.stored_kind(shown.upper()) for shown in kinds.values()],
    "stored_outcomes": [words.stored_outcome(shown.upper()) for shown in outcomes.values()],
    "english": [english_of(words.kind_word("Call")), english_of(task_text("call", "Ring"))],
    "own": [words.kind_word("Demo"), words.outcome_word("so-so"), task_word("Visit")],
    "next": read_next(task_word("call") + " Kari", no_day).kind,
}, sys.stdout)
"""


def words(code: str) -> dict[str, Any]:
    """What a process in a language says."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, code], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("code", LANGUAGES)
def test_builtin_words_are_read_as_they_are_shown(code: str) -> None:
    found = words(code)
    assert found["stored_kinds"] == list(KINDS)
    assert found["stored_outcomes"] == list(found["outcomes"])
    # Where the words are our choice, one key chooses a kind.
    assert code == "en" or len({shown[0] for shown in found["kinds"].values()}) == len(KINDS)
    assert found["english"] == ["Call", "call: Ring"]
    assert found["own"] == ["Demo", "so-so", "Visit"]
    assert found["next"] == "call"


def test_builtin_words_in_norwegian() -> None:
    found = words("nb")
    assert found["kinds"]["Call"] == "Samtale"
    assert found["outcomes"]["no answer"] == "ikke svar"


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("1u30", 5400), ("2 uur", 7200), ("1 t", 3600), ("2 timmar 5 minuter", 7500), ("30 sekunder", 30)],
)
def test_durations_in_other_languages(typed: str, seconds: int) -> None:
    assert read_duration(typed) == seconds


def test_a_number_is_not_broken_at_the_end_of_a_line() -> None:
    keep_numbers_whole()
    text = "dekning 1\u00a0167,2 % av kvoten"
    assert [line.plain.rstrip() for line in Content(text).wrap(11)][:2] == ["dekning", "1\u00a0167,2 %"]
    assert wrapped(text, 11)[:2] == ["dekning", "1\u00a0167,2 %"]
    for width in range(8, 30):
        told = "coverage 87.3 % and 5 % more"
        for lines in ([line.plain.strip() for line in Content(told).wrap(width)], wrapped(told, width)):
            assert not any(line.startswith("%") for line in lines), (width, lines)
            assert " ".join(lines) == told
