"""How people call the rows of a table."""

from __future__ import annotations

from funnel_tui.language import tr

_WORDS = {
    "activity_day": tr("activity day"),
    "activity_target": tr("activity target"),
    "deal": tr("deal"),
    "deal_past": tr("deal past"),
    "deal_person": tr("deal person"),
    "deal_stage": tr("deal stage"),
    "deal_tag": tr("deal tag"),
    "demand_line": tr("demand line"),
    "exchange_rate": tr("exchange rate"),
    "forecast_adjustment": tr("forecast adjustment"),
    "interaction": tr("interaction"),
    "interaction_kind": tr("interaction kind"),
    "loss_reason": tr("loss reason"),
    "organisation": tr("organisation"),
    "person": tr("person"),
    "pipeline": tr("pipeline"),
    "product": tr("product"),
    "quota_revision": tr("quota revision"),
    "rep": tr("rep"),
    "saved_view": tr("saved view"),
    "setting": tr("setting"),
    "source": tr("source"),
    "stage": tr("stage"),
    "stage_task_template": tr("stage task template"),
    "stage_visit": tr("stage visit"),
    "tag": tr("tag"),
    "task": tr("task"),
    "team": tr("team"),
}


def entity_word(table: str) -> str:
    """A row of a table in words: ``loss reason``.

    :param table: the name of the table.
    """
    return _WORDS.get(table) or table.replace("_", " ")
