"""Stage sets that a new pipeline can start from: the open stages that other products come with.

Only what is a stage here is listed. What those products keep as further stages for the end of a deal (won,
lost) is the status of a deal with us.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from funnel_tui.domain.status import ForecastCategory

COMMIT, BEST = ForecastCategory.COMMIT, ForecastCategory.BEST_CASE
PIPELINE = ForecastCategory.PIPELINE

PROPOSAL_OR_QUOTE = "Proposal/Price Quote"


@dataclass(frozen=True, slots=True)
class StageTemplate:
    """A stage to start with.

    :param percent: win probability; None where the product gives none.
    """

    name: str
    percent: int | None = None
    category: ForecastCategory = PIPELINE


@dataclass(frozen=True, slots=True)
class StageSet:
    """The stages of one product, in order.

    :param key: a short name for it; ``product`` is what people call it.
    """

    key: str
    product: str
    stages: tuple[StageTemplate, ...]

    @property
    def has_probabilities(self) -> bool:
        """Whether the product gives any."""
        return any(stage.percent is not None for stage in self.stages)

    @property
    def ladder(self) -> str:
        """The names of the stages on one line."""
        return " → ".join(stage.name for stage in self.stages)

    @property
    def values(self) -> list[dict[str, Any]]:
        """The stages as a service creates them; without a probability of its own one begins with 0 %."""
        return [
            {"name": one.name, "probability_bp": (one.percent or 0) * 100, "category": one.category}
            for one in self.stages
        ]


def _set(key: str, product: str, *stages: tuple[str, int | None] | StageTemplate) -> StageSet:
    return StageSet(
        key, product, tuple(one if isinstance(one, StageTemplate) else StageTemplate(*one) for one in stages)
    )


STAGE_SETS = (
    _set(
        *("salesforce", "Salesforce"),
        ("Prospecting", 10),
        ("Qualification", 10),
        ("Needs Analysis", 20),
        ("Value Proposition", 50),
        StageTemplate("Perception Analysis", 70, BEST),
        StageTemplate(PROPOSAL_OR_QUOTE, 75, BEST),
        StageTemplate("Negotiation/Review", 90, COMMIT),
    ),
    _set(
        *("suitecrm", "SuiteCRM"),
        ("Prospecting", 10),
        ("Qualification", 20),
        ("Needs Analysis", 25),
        ("Value Proposition", 30),
        ("Id. Decision Makers", 40),
        ("Perception Analysis", 50),
        (PROPOSAL_OR_QUOTE, 65),
        ("Negotiation/Review", 80),
    ),
    _set(
        *("espocrm", "EspoCRM"),
        ("Prospecting", 10),
        ("Qualification", 20),
        ("Proposal", 50),
        ("Negotiation", 80),
    ),
    _set(*("odoo_12", "Odoo 12"), ("New", 10), ("Qualified", 30), ("Proposition", 70)),
    _set(*("odoo_15", "Odoo 15"), ("New", None), ("Qualified", None), ("Proposition", None)),
    _set(
        *("frappe_crm", "Frappe CRM"),
        ("Qualification", 10),
        ("Demo/Making", 25),
        ("Proposal/Quotation", 50),
        ("Negotiation", 70),
        ("Ready to Close", 90),
    ),
    # Krayin really begins with 100 % on every stage.
    _set(
        *("krayin", "Krayin"),
        ("New", 100),
        ("Follow Up", 100),
        ("Prospect", 100),
        ("Negotiation", 100),
    ),
    _set(
        *("atomic_crm", "Atomic CRM"),
        ("Opportunity", None),
        ("Proposal Sent", None),
        ("In Negotiation", None),
        ("Delayed", None),
    ),
    _set(
        *("hubspot_default", "HubSpot"),
        ("Appointment Scheduled", None),
        ("Qualified to Buy", None),
        ("Presentation Scheduled", None),
        ("Decision Maker Bought-In", None),
        ("Contract Sent", None),
    ),
    _set(
        *("microsoft_sample", "Microsoft (sample data)"),
        ("Lead", 10),
        ("Qualify", 20),
        ("Solution", 40),
        ("Proposal", 60),
        ("Finalize", 80),
    ),
)
"""In the order in which they are offered."""
