"""A text that is said on the command line and in the program."""

from __future__ import annotations

import pickle

from funnel_tui.domain.said import english_of, inside_of, placed, said


def test_a_text_has_a_form_for_the_program_and_keeps_it_within_another_and_in_a_copy() -> None:
    text = placed(said("say --round"), said("choose so at “Amounts”"))
    whole = said("{file}: {problem}", file="deals.csv", problem=text)
    for each in (whole, pickle.loads(pickle.dumps(whole))):
        assert each == "deals.csv: say --round"
        assert inside_of(each) == "deals.csv: choose so at “Amounts”"
        assert english_of(each) == "deals.csv: say --round"
    assert inside_of("plain") == "plain"
    assert inside_of(said("is empty")) == "is empty"
