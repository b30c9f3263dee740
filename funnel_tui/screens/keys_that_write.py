"""Which keys change data, by the ids of their bindings: they are off while the past is looked at."""

from __future__ import annotations

from funnel_tui.language import tr

WRITING_OFF = tr("You look at the past, where writing is off; {time_machine} and now bring you back.")

WRITES = frozenset(
    {
        *("new_deal", "import_file", "log", "log_call", "undo", "redo"),
        *(
            "edit",
            "move",
            "stage_on",
            "stage_back",
            "win",
            "lose",
            "reopen",
            "task",
            "deal_people",
            "deal_demand",
            "card_back",
            "card_on",
            "change_marked",
        ),
        *("done", "snooze", "task_delete"),
        *(
            "interaction_edit",
            "interaction_done",
            "interaction_deal",
            "interaction_link",
            "interaction_delete",
        ),
        *("quota_edit", "grid_note", "grid_clear", "grid_fill", "grid_copy", "grid_spread", "grid_raise"),
        *("target_edit", "target_clear", "kind_retire", "kind_delete"),
        *("setup_add", "setup_edit", "stage_up", "stage_down", "stage_delete", "loss_task", "setup_retire"),
        *(
            "directory_new",
            "directory_edit",
            "directory_status",
            "directory_merge",
            "detail_add",
            "pair_merge",
        ),
        *("history_undo", "history_redo"),
        *("plan_save", "plan_remove"),
    }
)
"""Besides these the workspace itself refuses every change meanwhile."""
