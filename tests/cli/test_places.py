"""Where files live: what is worked out here is what platformdirs says, with less to load."""

from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import PlatformDirs

from funnel_tui import paths


@pytest.mark.parametrize("named", [None, "", "/srv/anna", "~/anna", "anna"])
def test_folders_are_those_of_platformdirs(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("FUNNEL_CONFIG", "FUNNEL_LOG"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        if named is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, named)
    dirs = PlatformDirs("funnel", appauthor=False)
    assert paths.database_file() == dirs.user_data_path / "funnel.db"
    assert paths.config_file() == dirs.user_config_path / "config.toml"
    assert paths.log_file() == dirs.user_state_path / "funnel.log"
    assert paths.drafts_folder() == dirs.user_state_path / "drafts"
