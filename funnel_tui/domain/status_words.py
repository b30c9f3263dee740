"""What the states of a deal and of an organisation are called, wherever they are read.

What is stored, typed into a filter or given to a command keeps its English word.
"""

from __future__ import annotations

from collections.abc import Mapping

from funnel_tui.domain.status import DealStatus, OrganisationStatus
from funnel_tui.language import tr

DEAL_STATUSES: Mapping[str, str] = {
    DealStatus.OPEN: tr("open"),
    DealStatus.WON: tr("won"),
    DealStatus.LOST: tr("lost"),
}
ORGANISATION_STATUSES: Mapping[str, str] = {
    OrganisationStatus.PROSPECT: tr("prospect"),
    OrganisationStatus.CUSTOMER: tr("customer"),
}
