"""All tables. Importing this package is what puts them into the metadata."""

from funnel_tui.models.activity import ActivityDay, ActivityTarget, Interaction, InteractionKind, Task
from funnel_tui.models.deals import Deal, DealPast, DealPerson, DealStage, DealTag, DemandLine, StageVisit
from funnel_tui.models.learning import LearnedDeal, LearnedTeam, LearnedTenth, LearnedUpTo, LearnedValue
from funnel_tui.models.people import LossReason, Organisation, Person, Product, Rep, Source, Tag, Team
from funnel_tui.models.pipelines import Pipeline, Stage, StageTaskTemplate
from funnel_tui.models.planning import ExchangeRate, ForecastAdjustment, QuotaRevision
from funnel_tui.models.system import Change, ChangeGroup, SavedView, Setting

__all__ = [
    "ActivityDay",
    "ActivityTarget",
    "Change",
    "ChangeGroup",
    "Deal",
    "DealPast",
    "DealPerson",
    "DealStage",
    "DealTag",
    "DemandLine",
    "ExchangeRate",
    "ForecastAdjustment",
    "Interaction",
    "InteractionKind",
    "LearnedDeal",
    "LearnedTeam",
    "LearnedTenth",
    "LearnedUpTo",
    "LearnedValue",
    "LossReason",
    "Organisation",
    "Person",
    "Pipeline",
    "Product",
    "QuotaRevision",
    "Rep",
    "SavedView",
    "Setting",
    "Source",
    "Stage",
    "StageTaskTemplate",
    "StageVisit",
    "Tag",
    "Task",
    "Team",
]
