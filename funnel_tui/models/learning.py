"""Tables of what the win probability has learned; derived, and made anew at any time (METRICS 8).

They are not in the audit log, and nothing refers to them or from them: a deal may be undone at any time, and
what was learned of it is taken back when the probabilities are next looked at.
"""

from typing import ClassVar

from sqlmodel import Field

from funnel_tui.models.base import INT, KEYED, Row, text, whole


class LearnedDeal(Row, table=True):
    """A closed deal as it was learned, so that it can be taken back exactly.

    :param more: its products and tags, as JSON; "" without any.
    :param foreseen: what had been said of it before, as JSON: the figures of the model for each stage that
        it reached, and those of the stages, in hundredths of a percent; "" when there was no model.
    """

    __table_args__: ClassVar = (KEYED,)

    deal_id: int = Field(primary_key=True, sa_type=INT)
    team_id: int = whole()
    pipeline_id: int = whole()
    stage_id: int = whole()
    won: int = whole()
    source_id: int | None = whole(None)
    owner_id: int = whole()
    more: str = text("")
    foreseen: str = text("")


class LearnedValue(Row, table=True):
    """How many deals with a value a team won and lost."""

    __table_args__: ClassVar = (KEYED,)

    team_id: int = Field(primary_key=True, sa_type=INT)
    field: str = text(primary_key=True)
    value_id: int = Field(primary_key=True, sa_type=INT)
    won: int = whole()
    lost: int = whole()


class LearnedTeam(Row, table=True):
    """How many closed deals of a team were learned."""

    __table_args__: ClassVar = (KEYED,)

    team_id: int = Field(primary_key=True, sa_type=INT)
    deals: int = whole()


class LearnedTenth(Row, table=True):
    """How past deals came out whose predicted probability lay in the same tenth.

    :param n: how many predictions; ``deals`` how many of them were for the first stage: one per deal.
    """

    __table_args__: ClassVar = (KEYED,)

    lowest: int = Field(primary_key=True, sa_type=INT)
    n: int = whole()
    deals: int = whole()
    won: int = whole()
    predicted: int = whole()
    model_error: int = whole()
    stage_error: int = whole()


class LearnedUpTo(Row, table=True):
    """Up to which change group deals were learned; one row, with the number 1."""

    __table_args__: ClassVar = (KEYED,)

    id: int = Field(default=1, primary_key=True, sa_type=INT)
    group_id: int = whole()
