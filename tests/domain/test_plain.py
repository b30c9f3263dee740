"""Text for terminals that know ASCII only: as wide as before, and when it is wanted."""

from __future__ import annotations

import codecs

import pytest
from rich.cells import cell_len

from funnel_tui.domain.plain import ERRORS, install, is_plain, to_ascii


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Anna", "Anna"),
        ("┌─┬┐│├┼┤╌━┃═╭╯", "+-++|+++--|=++"),
        ("██▓▒░▁▄█▏▌", "###:.__#||"),
        ("day 3 · 4 – 5 … 6 × 7 → 8 ▼", "day 3 . 4 - 5 ~ 6 x 7 > 8 v"),
        ("Østre Åre, Nyström, Łódź, Straße", "Ostre Are, Nystrom, Lodz, Strase"),
        ("e\u0301te\u0301", "ete"),
        ("1\u00a0234,50", "1 234,50"),
        ("上海 🌻 Ω", "???? ?? ?"),
        ("⠀⣿", " #"),
    ],
)
def test_every_character_has_a_plain_one_of_its_width(text: str, plain: str) -> None:
    assert to_ascii(text) == plain
    assert cell_len(plain) == cell_len(text)


def test_no_sign_that_is_drawn_with_changes_its_width() -> None:
    drawn = [chr(code) for code in (*range(0x2500, 0x25A0), *range(0x2800, 0x2900), *range(0xA1, 0x250))]
    for char in drawn:
        plain = to_ascii(char)
        assert plain.isascii(), char
        assert len(plain) == cell_len(char) or char == "\u00ad", char


def test_an_encoding_gets_plain_signs_only_for_what_it_lacks() -> None:
    install()
    assert "Nyström │ 3 – 4".encode("iso-8859-1", ERRORS) == "Nyström | 3 - 4".encode("iso-8859-1")
    assert "│ 上海".encode("ascii", ERRORS) == b"| ????"
    with pytest.raises(UnicodeDecodeError):
        codecs.decode(b"\xff", "ascii", ERRORS)


@pytest.mark.parametrize(
    ("environment", "utf8_mode", "expected"),
    [
        ({"LANG": "C"}, 0, True),
        ({"LANG": "POSIX"}, 0, True),
        ({"LC_ALL": "C", "LANG": "C.UTF-8"}, 1, True),
        ({"LANG": "en_US.US-ASCII"}, 0, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, 1, True),  # as Python leaves it
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, 0, False),  # as a user wrote it
        ({"LANG": "C", "LC_CTYPE": "nb_NO.UTF-8"}, 1, False),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, 0, False),
        ({"LANG": "en_US.ISO-8859-1"}, 0, False),
        ({"LANG": "nb_NO"}, 0, False),
        ({}, 1, False),
        ({"LC_CTYPE": "C.UTF-8"}, 1, False),
    ],
)
def test_a_locale_is_plain_when_it_says_so(
    environment: dict[str, str], utf8_mode: int, expected: bool
) -> None:
    assert is_plain(environment, utf8_mode=utf8_mode) is expected
