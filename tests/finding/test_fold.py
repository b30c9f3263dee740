"""How text is compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.finding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bjørn", "bjorn"),
        ("Åsa ÆRLIG", "asa aerlig"),
        ("Müller & Söhne", "muller & sohne"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("İstanbul ısı", "istanbul isi"),
        ("e\u0301cole", "ecole"),
        ("ﬁrm ＡＢＣ", "firm abc"),
        ("  two\t spaces\u00a0here ", "two spaces here"),
        ("‏عقد‏", "عقد"),
        ("שָׁלוֹם", "שלום"),
        ("❤️ x", "❤ x"),
        ("Acme [/EU]", "acme [/eu]"),
        ("a\x00b\x1bc", "a b c"),
        ("", ""),
        ("\u200b\u0301", ""),
    ],
)
def test_what_becomes_of_a_text(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_done_once_for_all_and_leaves_no_separators(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert not {"\n", "\t", "\r"} & set(folded)
    assert "  " not in folded
    assert folded == folded.strip()


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd", "Zs"))))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper().lower()) == fold(fold(text.upper()))
