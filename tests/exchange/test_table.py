"""Tables of every encoding and delimiter, and every file that is none."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange import table as table_module
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table, open_table
from tests.exchange.support import write

TEXT = "id,title\r\n1,Bjørn & Søn\r\n2,Größe\r\n"
ROWS = [(2, ["1", "Bjørn & Søn"]), (3, ["2", "Größe"])]


def rows_of(table: Table) -> list[tuple[int, list[str]]]:
    """All rows of a table in which nothing is refused."""
    refusals = Refusals()
    rows = list(table.rows(refusals))
    assert refusals.first == []
    return rows


@pytest.mark.parametrize(
    ("written", "codec"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_encoding_is_found_out(tmp_path: Path, written: str, codec: str) -> None:
    table = open_table(write(tmp_path / "a.csv", TEXT, written))
    assert table.encoding == codec
    assert table.columns == ("id", "title")
    assert rows_of(table) == ROWS


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encoding_can_be_told(tmp_path: Path, written: str) -> None:
    table = open_table(write(tmp_path / "a.csv", TEXT, written), encoding=written)
    assert table.columns == ("id", "title")
    assert rows_of(table) == ROWS


def test_told_utf_16_of_a_byte_order_takes_the_mark_away(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", TEXT, "utf-16"), encoding="utf-16-le")
    assert table.columns == ("id", "title")


def test_letters_far_behind_the_beginning_decide_the_encoding(tmp_path: Path) -> None:
    text = "id,title\n" + "1,plain\n" * 400_000 + "2,Ødegård\n"
    table = open_table(write(tmp_path / "a.csv", text, "cp1252"))
    assert table.encoding == "cp1252"
    *_, last = table.rows(Refusals())
    assert last == (400_002, ["2", "Ødegård"])


def test_wrong_told_encoding_names_the_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,title\n1,a\n2,Größe\n", "cp1252")
    with pytest.raises(FunnelError, match=r"a\.csv, line 3: cannot be read as utf-8") as caught:
        open_table(path, encoding="utf-8")
    assert "--encoding" in caught.value.hint
    assert caught.value.exit_code == 1


def test_broken_utf_16_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,title\n1,a\n".encode("utf-16") + b"\x00\xd8\x41\x00")
    with pytest.raises(FunnelError, match="line 3: cannot be read as utf-16"):
        open_table(path)


def test_one_broken_byte_does_not_garble_all_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode() + b"3,broken \xff here\n")
    with pytest.raises(FunnelError, match="line 4: is not UTF-8, though 2 other lines"):
        open_table(path)


def test_neither_utf_8_nor_cp1252(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,title\n1,a\n2,\x81\x8d\n")
    with pytest.raises(FunnelError, match="line 3: is neither UTF-8 nor cp1252"):
        open_table(path)


@pytest.mark.parametrize("told", ["klingon", "base64", "rot13", "a\x00b"])
def test_unknown_encoding(tmp_path: Path, told: str) -> None:
    with pytest.raises(UsageError, match="No encoding is called"):
        open_table(write(tmp_path / "a.csv", TEXT), encoding=told)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "title", "amount"], ["1", "a, b; c", "1.5"], ["2", 'x "y"', "2"]]
    quoted = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    table = open_table(write(tmp_path / "a.csv", "\n".join(quoted)))
    assert table.delimiter == delimiter
    assert [row for _, row in rows_of(table)] == lines[1:]


def test_semicolons_win_over_decimal_commas(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", "1,5;2,5;3,5\n1,1;2,2;3,3\n"), header=False)
    assert table.delimiter == ";"
    assert table.columns == ("1", "2", "3")


def test_a_comma_in_some_texts_does_not_decide(tmp_path: Path) -> None:
    text = "id|title|city\n1|Smith, Ltd|Oslo\n2|Jones, Inc|Bergen\n3|plain|Hamar\n"
    assert open_table(write(tmp_path / "a.csv", text)).delimiter == "|"


def test_told_delimiter(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", "id^a,b\n1^x,y\n"), delimiter="^")
    assert table.columns == ("id", "a,b")
    assert rows_of(table) == [(2, ["1", "x,y"])]


@pytest.mark.parametrize("told", ["", "::", '"', "\n"])
def test_senseless_delimiter(tmp_path: Path, told: str) -> None:
    with pytest.raises(UsageError, match="cannot separate fields"):
        open_table(write(tmp_path / "a.csv", TEXT), delimiter=told)


def test_separator_line_of_a_spreadsheet(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", "sep=;\r\nid;title\r\n1;a,b\r\n"))
    assert (table.delimiter, table.columns) == (";", ("id", "title"))
    assert rows_of(table) == [(3, ["1", "a,b"])]


def test_one_column(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", "id\n1\n2\n"))
    assert table.columns == ("id",)
    assert rows_of(table) == [(2, ["1"]), (3, ["2"])]


def test_lines_are_physical_lines(tmp_path: Path) -> None:
    text = 'id,note\n1,"two\nlines"\n\n2,"with\r\nCRLF, and\rCR"\n3,plain\n , \n4,end'
    table = open_table(write(tmp_path / "a.csv", text))
    rows = list(table.rows(Refusals()))
    assert rows == [
        (2, ["1", "two\nlines"]),
        (5, ["2", "with\r\nCRLF, and\rCR"]),
        (8, ["3", "plain"]),
        (9, [" ", " "]),
        (10, ["4", "end"]),
    ]


def test_lines_stay_right_over_many_batches(tmp_path: Path) -> None:
    count = table_module.BATCH * 3 + 7
    text = "id,note\n" + "".join(f'{n},"a\nb"\n' if n % 10 == 0 else f"{n},x\n" for n in range(count))
    lines = text.split("\n")
    for line, row in open_table(write(tmp_path / "a.csv", text)).rows(Refusals()):
        assert lines[line - 1].startswith(f"{row[0]},")


def test_header_over_several_lines_and_blank_lines_before(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", '\n\n id ,"the\ntitle"\n1,a\n'))
    assert table.columns == ("id", "the\ntitle")
    assert rows_of(table) == [(5, ["1", "a"])]


def test_blank_rows_are_passed_over(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", "id,title\n,\n1,a\n\n,\n,b\n"))
    assert rows_of(table) == [(3, ["1", "a"]), (6, ["", "b"])]


def test_columns_without_a_name_are_numbered(tmp_path: Path) -> None:
    assert open_table(write(tmp_path / "a.csv", "id,,title\n1,2,3\n")).columns == ("id", "2", "title")


def test_header_only(tmp_path: Path) -> None:
    assert rows_of(open_table(write(tmp_path / "a.csv", "id,title\n"))) == []


def test_ragged_rows_are_refused_one_by_one(tmp_path: Path) -> None:
    refusals = Refusals()
    table = open_table(write(tmp_path / "a.csv", "id,title\n1,a\n2\n3,b,c\n4,d\n"))
    assert list(table.rows(refusals)) == [(2, ["1", "a"]), (5, ["4", "d"])]
    assert [(each.line, each.value, each.reason) for each in refusals.first] == [
        (3, "2", "the row has 1 field, the table has 2 columns"),
        (4, "3,b,c", "the row has 3 fields, the table has 2 columns"),
    ]


def test_text_after_a_closing_quote_is_refused(tmp_path: Path) -> None:
    refusals = Refusals()
    table = open_table(write(tmp_path / "a.csv", 'id,title\n1,a\n2,"Acme "Big" Ltd"\n3,b\n'))
    assert list(table.rows(refusals)) == [(2, ["1", "a"]), (4, ["3", "b"])]
    assert [each.line for each in refusals.first] == [3]
    assert "written twice" in refusals.first[0].reason


@pytest.mark.parametrize("text", ['id,title\n1,a\n2,"open\n3,b\n4,c\n', 'id,title\n1,a\n2,"'])
def test_a_quote_never_closed_does_not_swallow_rows(tmp_path: Path, text: str) -> None:
    table = open_table(write(tmp_path / "a.csv", text))
    with pytest.raises(FunnelError, match="line 3: a quotation mark is opened and never closed"):
        list(table.rows(Refusals()))


def test_a_quote_never_closed_in_the_header(tmp_path: Path) -> None:
    with pytest.raises(FunnelError, match="line 1: a quotation mark is opened"):
        open_table(write(tmp_path / "a.csv", '"id,title\n1,a\n'), delimiter=",")


def test_fields_longer_than_the_csv_modules_limit(tmp_path: Path) -> None:
    long = "x" * 300_000
    table = open_table(write(tmp_path / "a.csv", f"id,note\n1,{long}\n2,b\n"))
    assert rows_of(table) == [(2, ["1", long]), (3, ["2", "b"])]


def test_duplicate_headers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,title,amount,title\n")
    with pytest.raises(FunnelError, match="columns 2 and 4 are both called 'title'"):
        open_table(path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(FunnelError, match=r"There is no file .*missing\.csv"):
        open_table(tmp_path / "missing.csv")


@pytest.mark.parametrize("name", ["a\0b.csv", "\0"])
def test_no_file_has_such_a_name(name: str) -> None:
    with pytest.raises(FunnelError, match="There is no file"):
        open_table(name)


def test_a_long_path_is_shown_whole(tmp_path: Path) -> None:
    path = tmp_path / ("folder" * 20) / "missing.csv"
    with pytest.raises(FunnelError, match=r"missing\.csv\. "):
        open_table(path)


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(FunnelError, match="is a directory"):
        open_table(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\r\n", b"  \n", b",,\n,,\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(FunnelError, match="is empty"):
        open_table(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_not_readable(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXT)
    path.chmod(0)
    with pytest.raises(FunnelError, match="cannot be read: permission denied"):
        open_table(path)


def test_a_failing_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.csv", TEXT)

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(FunnelError, match=r"a\.csv cannot be read: permission denied"):
        open_table(path)


def test_what_the_system_says_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(FunnelError, match="cannot be read: file name too long"):
        open_table(tmp_path / ("x" * 5000))


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("xl/workbook.xml", "is an Excel workbook; save it as CSV"),
        ("deals.csv", "is a ZIP archive; unpack it first"),
    ],
)
def test_zip_files(tmp_path: Path, member: str, what: str) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "content")
    with pytest.raises(FunnelError, match=what):
        open_table(path)


def test_open_document(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(FunnelError, match="OpenDocument spreadsheet; save it as CSV"):
        open_table(path)


def test_a_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(FunnelError, match="is an SQLite database"):
        open_table(path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "an old Excel workbook"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"%PDF-1.7", "a PDF document"),
        (b"id,title\n1,a\n2,\x00\x01\n", r"a binary file \(zero byte on line 3\)"),
        (bytes(range(256)) * 40, "a binary file"),
    ],
)
def test_binary_files(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(FunnelError, match=what):
        open_table(path)


def test_a_name_with_a_terminal_escape_is_shown_harmlessly(tmp_path: Path) -> None:
    with pytest.raises(FunnelError) as caught:
        open_table(tmp_path / "a\x1b[2J.csv")
    assert "\x1b" not in caught.value.message
    assert r"\x1b" in caught.value.message


def test_a_pipe_can_be_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(TEXT.encode(),))
    writer.start()
    table = open_table(path)
    writer.join()
    assert rows_of(table) == ROWS
    assert rows_of(table) == ROWS


def test_position_tells_the_progress(tmp_path: Path) -> None:
    table = open_table(write(tmp_path / "a.csv", "id,title\n" + "1,aaaaaaaaaa\n" * 50_000))
    positions = []
    for _ in table.batches(Refusals()):
        positions.append(table.position)
    assert positions == sorted(positions)
    assert len(set(positions)) > 10
    assert positions[-1] == table.size


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = write(tmp_path / f"{rows}.csv", "id,title\n" + "1,some title of a deal\n" * rows)
        tracemalloc.start()
        count = sum(1 for _ in open_table(path).rows(Refusals()))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == rows
        return most

    # Whoever keeps the rows needs megabytes more for the longer file.
    small, large = peak(60_000), peak(240_000)
    assert large < small + 200_000
