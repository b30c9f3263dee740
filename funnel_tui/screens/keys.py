"""Checks the user's key map against the actions there are."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from textual.binding import Binding

from funnel_tui.config import ConfigError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings


def check_keymap(settings: UserSettings, *classes: type[Any]) -> None:
    """See that every name in the key map is that of an action.

    :param classes: the app and whatever else has bindings besides the screens, lists and dialogs.
    :raises ConfigError: naming the line of the settings file and the nearest name.
    """
    known = sorted(set(_names(*classes, *_all_classes())))
    for name in settings.keymap:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = (
                tr("Did you mean {name}?").format(name=near[0])
                if near
                else tr("The names are those of the list that ? shows.")
            )
            where = settings.where(f"keymap.{name}")
            raise ConfigError(
                tr("{where}: no action is called {name!r}.").format(where=where, name=name), hint
            )


def _all_classes() -> list[type[Any]]:
    from funnel_tui.dialogs.base import Dialog
    from funnel_tui.dialogs.chooser import Chooser
    from funnel_tui.dialogs.confirm import ConfirmDialog
    from funnel_tui.dialogs.demand import DemandDialog
    from funnel_tui.dialogs.explain import ExplainDialog
    from funnel_tui.dialogs.filter_condition import ConditionDialog
    from funnel_tui.dialogs.parts import PartsDialog
    from funnel_tui.dialogs.problem import ProblemDialog
    from funnel_tui.dialogs.scope import ScopeDialog
    from funnel_tui.dialogs.setup_form import SetupForm
    from funnel_tui.dialogs.views import ViewsDialog
    from funnel_tui.screens.behind import BehindScreen
    from funnel_tui.screens.board import BoardScreen
    from funnel_tui.screens.deal import DealScreen
    from funnel_tui.screens.deal_actions import DealActions
    from funnel_tui.screens.deals import DealsScreen
    from funnel_tui.screens.directory import DirectoryScreen
    from funnel_tui.screens.directory_actions import DirectoryActions
    from funnel_tui.screens.directory_detail import DirectoryDetailScreen
    from funnel_tui.screens.directory_duplicates import DuplicatesScreen
    from funnel_tui.screens.find import FindScreen
    from funnel_tui.screens.history import HistoryScreen
    from funnel_tui.screens.interaction import InteractionScreen
    from funnel_tui.screens.interaction_actions import InteractionActions
    from funnel_tui.screens.interaction_kinds import KindsScreen
    from funnel_tui.screens.interaction_targets import TargetsScreen
    from funnel_tui.screens.interactions import InteractionsScreen
    from funnel_tui.screens.interactions_behind import InteractionsBehindScreen
    from funnel_tui.screens.interactions_stream import StreamScreen
    from funnel_tui.screens.marking import Marking
    from funnel_tui.screens.pipelines import PipelinesScreen
    from funnel_tui.screens.stage_tasks import StageTasksScreen
    from funnel_tui.screens.stages import StagesScreen
    from funnel_tui.screens.stages_keys import StagesKeys
    from funnel_tui.screens.tasks import TasksScreen
    from funnel_tui.widgets.asking import FilterLine
    from funnel_tui.widgets.choice import Choice
    from funnel_tui.widgets.grid import Grid
    from funnel_tui.widgets.pane import Pane

    return [
        *(StagesScreen, StagesKeys, BehindScreen, Grid, Choice, Pane, FilterLine),
        *(ConditionDialog, ViewsDialog),
        *(DealActions, Marking, DealsScreen, DealScreen, FindScreen, TasksScreen, BoardScreen),
        *(PipelinesScreen, StageTasksScreen, HistoryScreen),
        *(InteractionActions, StreamScreen, InteractionsScreen, InteractionsBehindScreen),
        *(InteractionScreen, KindsScreen, TargetsScreen),
        *(DirectoryScreen, DirectoryActions, DirectoryDetailScreen, DuplicatesScreen),
        *(Dialog, Chooser, ConfirmDialog, ProblemDialog, ScopeDialog, SetupForm),
        *(PartsDialog, DemandDialog, ExplainDialog),
    ]


def _names(*classes: type[Any]) -> Iterator[str]:
    for one in classes:
        for binding in one.BINDINGS:
            if isinstance(binding, Binding) and binding.id:
                yield binding.id
