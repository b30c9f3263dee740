"""The log of faults: rotated, private, and without a word of what was typed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from funnel_tui import journal, paths
from funnel_tui.journal import record_crash

SECRET = "Fjordline fleet renewal"


def fault(kind: type[Exception] = ValueError, cause: Exception | None = None) -> Exception:
    """An error as it comes out of a function with customers in its variables."""
    customer = SECRET
    try:
        raise kind(f"cannot read {customer!r}") from cause
    except kind as error:
        error.add_note(f"while looking at {customer}")
        return error


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "funnel.log"
    monkeypatch.setenv("FUNNEL_LOG", str(path))
    return path


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("FUNNEL_CONFIG", str(path))
    return path


def test_it_says_where_and_what_kind_but_not_whom(log: Path) -> None:
    assert record_crash(fault(cause=fault(KeyError))) == log
    text = log.read_text(encoding="utf-8")
    assert "in fault" in text
    assert "ValueError: (text left out" in text
    assert "KeyError: (text left out" in text
    assert text.index("KeyError") < text.index("direct cause") < text.index("ValueError")
    assert SECRET not in text
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_a_text_that_is_of_our_code_stays(log: Path) -> None:
    try:
        None.title()  # type: ignore[attr-defined]
    except AttributeError as error:
        record_crash(error)
    assert "'NoneType' object has no attribute 'title'" in log.read_text(encoding="utf-8")


def test_one_setting_lets_texts_in(log: Path, settings: Path) -> None:
    settings.write_text('log_level = "debug"\n', encoding="utf-8")
    record_crash(fault())
    assert SECRET in log.read_text(encoding="utf-8")
    log.unlink()
    # Settings that cannot be read hide a fault no more than they let names in.
    settings.write_text("log_level = 7\n", encoding="utf-8")
    record_crash(fault())
    text = log.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert SECRET not in text


def test_it_is_rotated(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LIMIT", 3000)
    for _ in range(60):
        record_crash(fault())
    names = sorted(path.name for path in log.parent.iterdir())
    assert names == ["funnel.log", "funnel.log.1", "funnel.log.2", "funnel.log.3"]
    assert all(path.stat().st_size <= 3000 for path in log.parent.iterdir())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in log.parent.iterdir())


def test_errors_that_go_round_in_a_circle_end(log: Path) -> None:
    one, other = ValueError("one"), KeyError("other")
    one.__cause__, other.__cause__ = other, one
    record_crash(one)
    assert log.read_text(encoding="utf-8").count("ValueError") == 1


@pytest.mark.parametrize("place", ["/dev/null/x.log", "/proc/nowhere/x.log"])
def test_where_it_cannot_be_written_nothing_is_raised(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNEL_LOG", place)
    assert record_crash(fault()) is None
    assert str(paths.log_file()) == place
