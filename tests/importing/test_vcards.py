"""Importing vCards of all versions, as telephones and mail programs write them, and broken ones."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.errors import FunnelError
from funnel_tui.services.importing import ImportRefused, Outcome
from tests.importing.support import Folder, reasons
from tests.importing.test_contacts import PEOPLE, counts
from tests.support.cli import run_here

VCARD_21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=98degaard;=4B=61=
=72=69;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Kari =C3=98de=
gaard
ORG;QUOTED-PRINTABLE:Nord;Salg
TEL;WORK;FAX:+47 99
TEL;HOME:+47 11
TEL;CELL;PREF:+47 22
EMAIL;INTERNET:kari@nord.no
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ
 AAAQABAAD
KKwH/2Q==

NOTE;ENCODING=QUOTED-PRINTABLE:first=
END:VCARD is only text=
 of a note
AGENT:
BEGIN:VCARD
VERSION:2.1
FN:Somebody Else
END:VCARD
END:VCARD
"""
VCARD_30 = """begin:vcard
version:3.0
FN:Lie\\, Kari [/b]
N:Lie;Kari;;Dr.;
item1.EMAIL;type=INTERNET:second@nord.no
item2.EMAIL;type=INTERNET;type=pref:kari@no
 rd.no
item2.X-ABLabel:_$!<Work>!$_
ORG:Nord\\; Sør\\, AS;Sales
TEL;type=HOME,VOICE:+47 11
TEL;type="WORK,VOICE":+47 33
TITLE:decides
PHOTO;ENCODING=b;TYPE=JPEG:AAAA
 BBBB
UID:urn:uuid:4fbe8971-0bc3
END:VCARD
"""
VCARD_40 = """BEGIN:VCARD
VERSION:4.0
KIND:individual
N:Berg;Anna;Marie;;
EMAIL;PREF=2:anna@home.no
EMAIL;PREF=1:mailto:anna@nord.no
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-555-5555;ext=12
ORG;SORT-AS="Nord":Nord
UID:https://nord.no/anna
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:org
FN:Nord
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Nord
ORG:Nord
X-ABShowAs:COMPANY
END:VCARD
"""


def load(folder: Folder, text: str | bytes, name: str = "cards.vcf", **options: Any) -> Outcome:
    path = folder.path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder.load("contacts", str(path), **options)


def card(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


def refused(folder: Folder, text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(ImportRefused) as caught:
        load(folder, text)
    assert folder.counts()["person"] == folder.counts()["organisation"] == 0
    return reasons(caught.value)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "person"),
    [
        (VCARD_21, (None, "Kari Ødegaard", "kari@nord.no", "+47 22", "Nord")),
        (VCARD_30, ("4fbe8971-0bc3", "Lie, Kari [/b]", "kari@nord.no", "+47 33", "Nord; Sør, AS")),
        (
            VCARD_40,
            ("https://nord.no/anna", "Anna Marie Berg", "anna@nord.no", "+1-555-5555 ext. 12", "Nord"),
        ),
    ],
    ids=["2.1", "3.0", "4.0"],
)
def test_every_version(folder: Folder, text: str, person: tuple[Any, ...], ends: str) -> None:
    text = text.replace("\n", ends)
    assert counts(load(folder, text)) == (1, 0, 0)
    assert folder.rows(PEOPLE) == [person]
    assert counts(load(folder, text)) == (0, 0, 1)


def test_cards_of_organisations_are_passed_over(folder: Folder) -> None:
    assert "2 cards are not of persons and were passed over." in load(folder, VCARD_40).lines()


def test_several_files_of_cards_and_rows_together(folder: Folder) -> None:
    rows = folder.write("people.csv", [("name", "email"), ("Bo", "bo@nord.no"), ("Kari", "kari@nord.no")])
    cards = folder.path / "cards.VCF"
    cards.write_text(VCARD_21 + VCARD_30, encoding="utf-8")
    outcome = folder.load("contacts", rows, str(cards))
    # Two cards and a row have the same address and three names.
    assert outcome.new == 4
    assert counts(folder.load("contacts", rows, str(cards))) == (0, 0, 4)


def test_a_file_of_cards_is_known_by_its_first_line(folder: Folder) -> None:
    assert load(folder, "\ufeff" + VCARD_30, "contacts.txt").new == 1


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(folder: Folder, codec: str) -> None:
    load(folder, card("FN:Bjørn Åse", "ORG:Søn").encode(codec))
    assert folder.rows(PEOPLE)[0][1] == "Bjørn Åse"


def test_the_name_of_a_charset_is_obeyed(folder: Folder) -> None:
    text = card("FN;charset=iso-8859-1;encoding=quoted-printable:Bj=F8rn", "TEL;type=cell:1")
    load(folder, text)
    assert folder.rows(PEOPLE) == [(None, "Bjørn", None, "1", None)]


def test_names_of_all_kinds(folder: Folder) -> None:
    names = [
        "Acme [/EU] [red]",
        "🚀 Team",
        "שלום עולם",
        "=cmd|' /C calc'!A0",
        "a, b",
        "C:\\",
        "x" * 200,
        "{x} %s :id",
    ]
    load(folder, "".join(card(f"FN:{name}") for name in names))
    assert [row[1] for row in folder.rows(PEOPLE)] == names


def test_without_a_name(folder: Folder) -> None:
    load(folder, card("EMAIL:kari@nord.no"))
    assert folder.rows(PEOPLE)[0][1] == "kari@nord.no"
    load(folder, card("N:;;;;", "FN: ", "NICKNAME:K", "EMAIL:bo@nord.no"))
    assert folder.rows(PEOPLE)[1][1] == "bo@nord.no"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (card("TEL:1"), (1, "person", "is empty")),
        (card("FN:" + "x" * 201), (1, "person", "has 201 characters; at most 200 are allowed")),
        (card("FN:Kari", "EMAIL:kari"), (1, "email", "is no e-mail address, such as kari@fjordline.no")),
        (
            card("FN;ENCODING=QUOTED-PRINTABLE:a=00b"),
            (1, "person", "has a control character in it (U+0000)"),
        ),
        (card("FN:a\x1b[31m"), (1, "person", "has a control character in it (U+001B)")),
        (
            card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3"),
            (3, "FN", "is not written in the encoding it names"),
        ),
        (
            card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=KLINGON:=C3"),
            (3, "FN", "is not written in the encoding it names"),
        ),
        (card("FN:Kari", "no colon"), (4, "", "is no line of a vCard: a name, a colon and a value")),
        (card('FN;X="a:Kari'), (3, "FN", "is no line of a vCard: a name, a colon and a value")),
        (
            "FN:Kari\n" + card("FN:A"),
            (1, "", "stands outside a card; a card begins with the line BEGIN:VCARD"),
        ),
        (
            "BEGIN:VCARD\nFN:Kari\n",
            (1, "", "this card has no END:VCARD; the file may be cut off"),
        ),
        (
            "BEGIN:VCARD\nFN:Kari\n" + card("FN:A"),
            (1, "", "this card has no END:VCARD; the file may be cut off"),
        ),
    ],
)
def test_a_broken_card_is_refused_with_its_line(
    folder: Folder, text: str, found: tuple[int, str, str]
) -> None:
    assert refused(folder, text) == [found]


def test_all_refusals_are_listed(folder: Folder, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    path = folder.path / "cards.vcf"
    path.write_text("".join(card("TEL:1") for _ in range(25)) + card("FN:Good"), encoding="utf-8")
    with pytest.raises(ImportRefused) as caught:
        folder.load("contacts", str(path), errors=errors)
    assert caught.value.rows == 25
    assert len(errors.read_text().splitlines()) == 26
    assert folder.counts()["person"] == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"hello\n", "holds no vCard"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "holds no vCard"),
        (b"BEGIN:VCARD\nFN:a\x00b\nEND:VCARD\n", "binary file"),
        (b"BEGIN:VCARD\nFN:\xc3\xa5\nN:\xc3\nEND:VCARD\n", "line 3: is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary file"),
    ],
)
def test_files_that_are_no_cards(folder: Folder, content: bytes, says: str) -> None:
    with pytest.raises(FunnelError, match=says):
        load(folder, content)


def test_paths_that_cannot_be_read(folder: Folder) -> None:
    with pytest.raises(FunnelError, match="There is no file"):
        folder.load("contacts", "missing.vcf")
    with pytest.raises(FunnelError, match="There is no file"):
        folder.load("contacts", "a\0b.vcf")
    directory = folder.path / "folder.vcf"
    directory.mkdir()
    with pytest.raises(FunnelError, match="is a directory"):
        folder.load("contacts", str(directory))


def test_a_large_note_and_photo_cost_little(folder: Folder) -> None:
    folded = "\r\n ".join(["x" * 74] * 140_000)
    text = card("FN:Folded", f"NOTE:{folded}") + card("FN:Long", "NOTE:" + "y" * 10_000_000)
    text += card("FN:Photo", f"PHOTO;ENCODING=b;TYPE=JPEG:{folded}", "EMAIL:a@b.no")
    start = time.process_time()
    assert load(folder, text).new == 3
    assert time.process_time() - start < 20
    assert [row[1] for row in folder.rows(PEOPLE)] == ["Folded", "Long", "Photo"]


def test_a_name_of_ten_megabytes_is_refused(folder: Folder) -> None:
    ((line, column, reason),) = refused(folder, card("FN:" + "\r\n ".join(["x" * 74] * 140_000)))
    assert (line, column) == (1, "person")
    assert "at most 200 are allowed" in reason


@pytest.mark.parametrize(
    "line",
    ["EMAIL;A=a" + ",b" * 5000 + '"x:y@z', "FN" + ";A=b" * 5000 + '"x:y', "FN;A=" + "," * 5000 + '"x:y'],
)
def test_hostile_parameters_are_refused_at_once(folder: Folder, line: str) -> None:
    start = time.process_time()
    assert refused(folder, card("FN:A", line))[0][0] == 4
    assert time.process_time() - start < 10


def test_cards_are_known_in_every_language(tmp_path: Path) -> None:
    path = tmp_path / "people.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Kari Lie\nEMAIL:kari@nord.no\nEND:VCARD\n", encoding="utf-8"
    )
    database = tmp_path / "funnel.db"
    ended = run_here("import", "contacts", path, db=database, env={"LANGUAGE": "nb", "LC_ALL": "nb_NO.UTF-8"})
    assert ended.returncode == 0, ended.stderr
    assert run_here("import", "contacts", path, db=database).stderr.endswith("1 unchanged.\n")
