"""When the week of a user begins: as the settings say, else as the locale has it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from funnel_tui.domain.habits import Habits


@pytest.mark.parametrize(
    ("environment", "day"),
    [
        ({"LC_TIME": "en_US.UTF-8"}, 6),
        ({"LC_TIME": "nb_NO.UTF-8"}, 0),
        ({"LC_TIME": "de_DE@euro"}, 0),
        ({"LC_TIME": "ar_EG.UTF-8"}, 5),
        ({"LANG": "en_US.UTF-8"}, 6),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "nb_NO.UTF-8"}, 0),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C.UTF-8"}, 0),
        ({"LANG": "C.UTF-8"}, 0),
        ({"LANG": "no-such-thing"}, 0),
        ({"LANG": "xx_YY"}, 0),
        ({}, 0),
    ],
)
def test_the_first_day_of_the_week_is_that_of_the_locale(environment: dict[str, str], day: int) -> None:
    assert Habits.of(environment).first_day == day
    # What the user says goes first, Monday too.
    assert Habits.of(environment, 0).first_day == 0
    assert Habits.of(environment, 3).first_day == 3


def test_what_knows_of_locales_is_loaded_only_where_one_is_named() -> None:
    program = (
        "import sys; from funnel_tui.domain.habits import Habits; "
        "assert Habits.of({'LANG': 'C.UTF-8'}).first_day == 0; "
        "assert Habits.of({'LANG': 'en_US.UTF-8'}, 2).first_day == 2; "
        "assert 'babel' not in sys.modules; "
        "assert Habits.of({'LANG': 'en_US.UTF-8'}).first_day == 6; "
        "assert 'babel' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
