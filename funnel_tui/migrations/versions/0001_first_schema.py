"""The first schema.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "activity_day",
        sa.Column("day", INT, nullable=False),
        sa.Column("owner_id", INT, nullable=False),
        sa.Column("kind_id", INT, nullable=False),
        sa.Column("done", INT, nullable=False),
        sa.Column("planned", INT, nullable=False),
        sa.Column("with_outcome", INT, nullable=False),
        sa.Column("conversations", INT, nullable=False),
        sa.Column("outbound", INT, nullable=False),
        sa.PrimaryKeyConstraint("day", "owner_id", "kind_id", name=op.f("pk_activity_day")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change_group",
        sa.Column("id", INT, nullable=False),
        sa.Column("at", INT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("undoes_id", INT, nullable=True),
        sa.ForeignKeyConstraint(["undoes_id"], ["change_group.id"], name=op.f("fk_change_group_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_group")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_change_group_undoes", "change_group", ["undoes_id"], unique=False)
    op.create_table(
        "deal_stage",
        sa.Column("deal_id", INT, nullable=False),
        sa.Column("stage_id", INT, nullable=False),
        sa.Column("reached_at", INT, nullable=False),
        sa.Column("reached_owner_id", INT, nullable=False),
        sa.Column("visits", INT, nullable=False),
        sa.Column("seconds", INT, nullable=False),
        sa.Column("left_at", INT, nullable=True),
        sa.Column("left_owner_id", INT, nullable=True),
        sa.PrimaryKeyConstraint("deal_id", "stage_id", name=op.f("pk_deal_stage")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deal_stage_left",
        "deal_stage",
        ["stage_id", "left_at", "left_owner_id", "seconds", "deal_id"],
        unique=False,
    )
    op.create_index(
        "ix_deal_stage_reached",
        "deal_stage",
        ["stage_id", "reached_at", "deal_id", "reached_owner_id"],
        unique=False,
    )
    op.create_table(
        "exchange_rate",
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("day", INT, nullable=False),
        sa.Column("rate_scaled", INT, nullable=False),
        sa.CheckConstraint("rate_scaled > 0", name=op.f("ck_exchange_rate_rate")),
        sa.PrimaryKeyConstraint("base", "quote", "day", name=op.f("pk_exchange_rate")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "interaction_kind",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("position", INT, nullable=False),
        sa.Column("active", INT, nullable=False),
        sa.Column("version", INT, nullable=False),
        sa.CheckConstraint(
            "step IN ('calls', 'meetings', 'proposals', 'contracts', 'paid', 'none')",
            name=op.f("ck_interaction_kind_step"),
        ),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_interaction_kind_active")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_kind")),
        sa.UniqueConstraint("name", name=op.f("uq_interaction_kind_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "learned_deal",
        sa.Column("deal_id", INT, nullable=False),
        sa.Column("team_id", INT, nullable=False),
        sa.Column("pipeline_id", INT, nullable=False),
        sa.Column("stage_id", INT, nullable=False),
        sa.Column("won", INT, nullable=False),
        sa.Column("source_id", INT, nullable=True),
        sa.Column("owner_id", INT, nullable=False),
        sa.Column("more", sa.Text(), nullable=False),
        sa.Column("foreseen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_learned_deal")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "learned_team",
        sa.Column("team_id", INT, nullable=False),
        sa.Column("deals", INT, nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_learned_team")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "learned_tenth",
        sa.Column("lowest", INT, nullable=False),
        sa.Column("n", INT, nullable=False),
        sa.Column("deals", INT, nullable=False),
        sa.Column("won", INT, nullable=False),
        sa.Column("predicted", INT, nullable=False),
        sa.Column("model_error", INT, nullable=False),
        sa.Column("stage_error", INT, nullable=False),
        sa.PrimaryKeyConstraint("lowest", name=op.f("pk_learned_tenth")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "learned_up_to",
        sa.Column("id", INT, nullable=False),
        sa.Column("group_id", INT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_up_to")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "learned_value",
        sa.Column("team_id", INT, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value_id", INT, nullable=False),
        sa.Column("won", INT, nullable=False),
        sa.Column("lost", INT, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "field", "value_id", name=op.f("pk_learned_value")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "loss_reason",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", INT, nullable=False),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_loss_reason_active")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_reason")),
        sa.UniqueConstraint("name", name=op.f("uq_loss_reason_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "organisation",
        sa.Column("id", INT, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", INT, nullable=False),
        sa.CheckConstraint("status IN ('prospect', 'customer')", name=op.f("ck_organisation_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("external_id", name=op.f("uq_organisation_external_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_organisation_name"), "organisation", ["name"], unique=False)
    op.create_table(
        "pipeline",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", INT, nullable=False),
        sa.Column("staging", sa.Text(), nullable=False),
        sa.Column("in_use", INT, nullable=False),
        sa.Column("record_demand", INT, nullable=False),
        sa.Column("qualified_position", INT, nullable=True),
        sa.Column("version", INT, nullable=False),
        sa.CheckConstraint("staging IN ('manual', 'automatic', 'none')", name=op.f("ck_pipeline_staging")),
        sa.CheckConstraint("in_use IN (0, 1)", name=op.f("ck_pipeline_in_use")),
        sa.CheckConstraint("record_demand IN (0, 1)", name=op.f("ck_pipeline_record_demand")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline")),
        sa.UniqueConstraint("name", name=op.f("uq_pipeline_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "product",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price_minor", INT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("name", name=op.f("uq_product_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "source",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "tag",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "team",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", INT, nullable=True),
        sa.Column("version", INT, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["team.id"], name=op.f("fk_team_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "change",
        sa.Column("id", INT, nullable=False),
        sa.Column("group_id", INT, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", INT, nullable=False),
        sa.Column("row_last", INT, nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.CheckConstraint("op IN ('insert', 'update', 'delete')", name=op.f("ck_change_op")),
        sa.CheckConstraint("row_last >= row_id", name=op.f("ck_change_row_range")),
        sa.ForeignKeyConstraint(["group_id"], ["change_group.id"], name=op.f("fk_change_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_change_group_id", "change", ["group_id", "id"], unique=False)
    op.create_index(
        "ix_change_range",
        "change",
        ["entity", "row_last"],
        unique=False,
        sqlite_where=sa.text("row_last > row_id"),
        postgresql_where=sa.text("row_last > row_id"),
    )
    op.create_index("ix_change_row", "change", ["entity", "row_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", INT, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", INT, nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("version", INT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("external_id", name=op.f("uq_person_external_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_person_email"), "person", ["email"], unique=False)
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "rep",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("team_id", INT, nullable=True),
        sa.Column("active", INT, nullable=False),
        sa.Column("version", INT, nullable=False),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_rep_active")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_rep_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rep")),
        sa.UniqueConstraint("name", name=op.f("uq_rep_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_rep_team_id"), "rep", ["team_id"], unique=False)
    op.create_table(
        "stage",
        sa.Column("id", INT, nullable=False),
        sa.Column("pipeline_id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", INT, nullable=False),
        sa.Column("probability_bp", INT, nullable=False),
        sa.Column("stuck_days", INT, nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("required_fields", sa.Text(), nullable=False),
        sa.Column("retired", INT, nullable=False),
        sa.Column("version", INT, nullable=False),
        sa.CheckConstraint(
            "category IN ('commit', 'best_case', 'pipeline', 'omitted')", name=op.f("ck_stage_category")
        ),
        sa.CheckConstraint("position BETWEEN 1 AND 120", name=op.f("ck_stage_position")),
        sa.CheckConstraint("probability_bp BETWEEN 0 AND 10000", name=op.f("ck_stage_probability_bp")),
        sa.CheckConstraint("retired IN (0, 1)", name=op.f("ck_stage_retired")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_stage_pipeline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("pipeline_id", "name", name=op.f("uq_stage_pipeline_id_name")),
        sa.UniqueConstraint("pipeline_id", "position", name=op.f("uq_stage_pipeline_id_position")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "activity_target",
        sa.Column("id", INT, nullable=False),
        sa.Column("rep_id", INT, nullable=True),
        sa.Column("kind_id", INT, nullable=False),
        sa.Column("month", INT, nullable=False),
        sa.Column("target", INT, nullable=True),
        sa.Column("at", INT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("target >= 0", name=op.f("ck_activity_target_target")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["interaction_kind.id"], name=op.f("fk_activity_target_kind_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_activity_target_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_target")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_activity_target_rep_id_kind_id_month"),
        "activity_target",
        ["rep_id", "kind_id", "month"],
        unique=False,
    )
    op.create_table(
        "deal",
        sa.Column("id", INT, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation_id", INT, nullable=True),
        sa.Column("pipeline_id", INT, nullable=False),
        sa.Column("owner_id", INT, nullable=False),
        sa.Column("amount_minor", INT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("expected_close", INT, nullable=True),
        sa.Column("probability_bp", INT, nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("source_id", INT, nullable=True),
        sa.Column("created_at", INT, nullable=False),
        sa.Column("created_owner_id", INT, nullable=False),
        sa.Column("version", INT, nullable=False),
        sa.Column("stage_id", INT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("entered_at", INT, nullable=False),
        sa.Column("furthest", INT, nullable=False),
        sa.Column("visited_mask", INT, nullable=False),
        sa.Column("straight", INT, nullable=False),
        sa.Column("closed_at", INT, nullable=True),
        sa.Column("closed_owner_id", INT, nullable=True),
        sa.Column("closed_base", INT, nullable=True),
        sa.Column("loss_reason_id", INT, nullable=True),
        sa.Column("changed_at", INT, nullable=False),
        sa.Column("touched_at", INT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'open') = (closed_at IS NULL)", name=op.f("ck_deal_closed_when_not_open")
        ),
        sa.CheckConstraint(
            "category IN ('commit', 'best_case', 'pipeline', 'omitted')", name=op.f("ck_deal_category")
        ),
        sa.CheckConstraint("status IN ('open', 'won', 'lost')", name=op.f("ck_deal_status")),
        sa.CheckConstraint(
            "(amount_minor IS NULL) = (currency IS NULL)", name=op.f("ck_deal_amount_has_currency")
        ),
        sa.CheckConstraint("amount_minor BETWEEN 0 AND 1000000000000000", name=op.f("ck_deal_amount_minor")),
        sa.CheckConstraint("probability_bp BETWEEN 0 AND 10000", name=op.f("ck_deal_probability_bp")),
        sa.ForeignKeyConstraint(["created_owner_id"], ["rep.id"], name=op.f("fk_deal_created_owner_id")),
        sa.ForeignKeyConstraint(["loss_reason_id"], ["loss_reason.id"], name=op.f("fk_deal_loss_reason_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_deal_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["rep.id"], name=op.f("fk_deal_owner_id")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_deal_pipeline_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_deal_source_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_deal_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("external_id", name=op.f("uq_deal_external_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_deal_changed", "deal", ["changed_at", "created_at"], unique=False)
    op.create_index(
        "ix_deal_closed",
        "deal",
        [
            "pipeline_id",
            "status",
            "furthest",
            "closed_at",
            "closed_owner_id",
            "closed_base",
            "amount_minor",
            "created_at",
            "changed_at",
            "loss_reason_id",
            "stage_id",
            "visited_mask",
            "straight",
        ],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deal_created",
        "deal",
        [
            "pipeline_id",
            "status",
            "furthest",
            "created_at",
            "created_owner_id",
            "currency",
            "amount_minor",
            "closed_base",
            "changed_at",
            "stage_id",
            "visited_mask",
            "straight",
        ],
        unique=False,
    )
    op.create_index(
        "ix_deal_open",
        "deal",
        [
            "pipeline_id",
            "stage_id",
            "currency",
            "probability_bp",
            "owner_id",
            "amount_minor",
            "entered_at",
            "changed_at",
            "touched_at",
            "expected_close",
        ],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_deal_organisation", "deal", ["organisation_id"], unique=False)
    op.create_index("ix_deal_owner", "deal", ["owner_id", "status"], unique=False)
    op.create_table(
        "forecast_adjustment",
        sa.Column("id", INT, nullable=False),
        sa.Column("rep_id", INT, nullable=True),
        sa.Column("team_id", INT, nullable=True),
        sa.Column("start_day", INT, nullable=False),
        sa.Column("end_day", INT, nullable=False),
        sa.Column("amount_minor", INT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", INT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("end_day > start_day", name=op.f("ck_forecast_adjustment_end_after_start")),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_forecast_adjustment_rep_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_forecast_adjustment_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_adjustment")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_forecast_adjustment_start_day_end_day_rep_id"),
        "forecast_adjustment",
        ["start_day", "end_day", "rep_id"],
        unique=False,
    )
    op.create_table(
        "quota_revision",
        sa.Column("id", INT, nullable=False),
        sa.Column("rep_id", INT, nullable=True),
        sa.Column("team_id", INT, nullable=True),
        sa.Column("start_day", INT, nullable=False),
        sa.Column("end_day", INT, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("amount", INT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", INT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("unit IN ('money', 'deals')", name=op.f("ck_quota_revision_unit")),
        sa.CheckConstraint("end_day > start_day", name=op.f("ck_quota_revision_end_after_start")),
        sa.CheckConstraint("rep_id IS NULL OR team_id IS NULL", name=op.f("ck_quota_revision_one_holder")),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_quota_revision_rep_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_quota_revision_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_revision")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_quota_revision_start_day_end_day_rep_id"),
        "quota_revision",
        ["start_day", "end_day", "rep_id"],
        unique=False,
    )
    op.create_table(
        "saved_view",
        sa.Column("id", INT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rep_id", INT, nullable=True),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("is_default", INT, nullable=False),
        sa.Column("version", INT, nullable=False),
        sa.CheckConstraint("is_default IN (0, 1)", name=op.f("ck_saved_view_is_default")),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_saved_view_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_view_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "stage_task_template",
        sa.Column("id", INT, nullable=False),
        sa.Column("stage_id", INT, nullable=False),
        sa.Column("position", INT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_days", INT, nullable=False),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_stage_task_template_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_task_template")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_stage_task_template_stage_id_position"),
        "stage_task_template",
        ["stage_id", "position"],
        unique=False,
    )
    op.create_table(
        "deal_past",
        sa.Column("id", INT, nullable=False),
        sa.Column("deal_id", INT, nullable=False),
        sa.Column("until_at", INT, nullable=False),
        sa.Column("owner_id", INT, nullable=False),
        sa.Column("amount_minor", INT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("expected_close", INT, nullable=True),
        sa.Column("probability_bp", INT, nullable=True),
        sa.Column("source_id", INT, nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_past_deal_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["rep.id"], name=op.f("fk_deal_past_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_deal_past_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_past")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deal_past_deal_id_until_at"), "deal_past", ["deal_id", "until_at"], unique=False)
    op.create_table(
        "deal_person",
        sa.Column("id", INT, nullable=False),
        sa.Column("deal_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('decides', 'influences', 'uses', 'blocks')", name=op.f("ck_deal_person_role")
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_person_deal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deal_person_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_person")),
        sa.UniqueConstraint("deal_id", "person_id", name=op.f("uq_deal_person_deal_id_person_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deal_person_person_id"), "deal_person", ["person_id"], unique=False)
    op.create_table(
        "deal_tag",
        sa.Column("id", INT, nullable=False),
        sa.Column("deal_id", INT, nullable=False),
        sa.Column("tag_id", INT, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_tag_deal_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_deal_tag_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_tag")),
        sa.UniqueConstraint("deal_id", "tag_id", name=op.f("uq_deal_tag_deal_id_tag_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deal_tag_tag_id"), "deal_tag", ["tag_id"], unique=False)
    op.create_table(
        "demand_line",
        sa.Column("id", INT, nullable=False),
        sa.Column("deal_id", INT, nullable=False),
        sa.Column("product_id", INT, nullable=False),
        sa.Column("quantity_milli", INT, nullable=False),
        sa.Column("price_minor", INT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_demand_line_deal_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_demand_line_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_line")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_demand_line_deal_id"), "demand_line", ["deal_id"], unique=False)
    op.create_index(op.f("ix_demand_line_product_id"), "demand_line", ["product_id"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("id", INT, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("deal_id", INT, nullable=True),
        sa.Column("organisation_id", INT, nullable=True),
        sa.Column("person_id", INT, nullable=True),
        sa.Column("owner_id", INT, nullable=False),
        sa.Column("kind_id", INT, nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("at", INT, nullable=False),
        sa.Column("planned", INT, nullable=False),
        sa.Column("duration_seconds", INT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", INT, nullable=False),
        sa.CheckConstraint("direction IN ('out', 'in')", name=op.f("ck_interaction_direction")),
        sa.CheckConstraint("duration_seconds >= 0", name=op.f("ck_interaction_duration")),
        sa.CheckConstraint("planned IN (0, 1)", name=op.f("ck_interaction_planned")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_interaction_deal_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["interaction_kind.id"], name=op.f("fk_interaction_kind_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_interaction_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["rep.id"], name=op.f("fk_interaction_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interaction_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("external_id", name=op.f("uq_interaction_external_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_interaction_at", "interaction", ["at"], unique=False)
    op.create_index(
        "ix_interaction_deal",
        "interaction",
        ["deal_id", "at", "planned", "direction", "kind_id", "owner_id", "outcome"],
        unique=False,
    )
    op.create_index("ix_interaction_organisation", "interaction", ["organisation_id", "at"], unique=False)
    op.create_index(
        "ix_interaction_owner",
        "interaction",
        ["owner_id", "at", "kind_id", "outcome", "planned", "direction"],
        unique=False,
    )
    op.create_index("ix_interaction_person", "interaction", ["person_id", "at"], unique=False)
    op.create_table(
        "stage_visit",
        sa.Column("id", INT, nullable=False),
        sa.Column("deal_id", INT, nullable=False),
        sa.Column("seq", INT, nullable=False),
        sa.Column("pipeline_id", INT, nullable=False),
        sa.Column("stage_id", INT, nullable=False),
        sa.Column("entered_at", INT, nullable=False),
        sa.Column("left_at", INT, nullable=True),
        sa.Column("exit", sa.Text(), nullable=True),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.Column("owner_id", INT, nullable=False),
        sa.Column("exit_owner_id", INT, nullable=True),
        sa.Column("amount_minor", INT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("loss_reason_id", INT, nullable=True),
        sa.Column("loss_note", sa.Text(), nullable=True),
        sa.Column("assumed", INT, nullable=False),
        sa.CheckConstraint("exit IN ('moved', 'won', 'lost')", name=op.f("ck_stage_visit_exit")),
        sa.CheckConstraint(
            "(amount_minor IS NULL) = (currency IS NULL)", name=op.f("ck_stage_visit_amount_has_currency")
        ),
        sa.CheckConstraint("(left_at IS NULL) = (exit IS NULL)", name=op.f("ck_stage_visit_exit_when_left")),
        sa.CheckConstraint("assumed IN (0, 1)", name=op.f("ck_stage_visit_assumed")),
        sa.CheckConstraint("left_at >= entered_at", name=op.f("ck_stage_visit_left_after_entered")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_stage_visit_deal_id")),
        sa.ForeignKeyConstraint(
            ["loss_reason_id"], ["loss_reason.id"], name=op.f("fk_stage_visit_loss_reason_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["rep.id"], name=op.f("fk_stage_visit_owner_id")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_stage_visit_pipeline_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_stage_visit_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_visit")),
        sa.UniqueConstraint("deal_id", "seq", name=op.f("uq_stage_visit_deal_id_seq")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_stage_visit_assumed",
        "stage_visit",
        ["pipeline_id", "entered_at"],
        unique=False,
        sqlite_where=sa.text("assumed = 1"),
        postgresql_where=sa.text("assumed = 1"),
    )
    op.create_index(
        "ux_stage_visit_open",
        "stage_visit",
        ["deal_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "task",
        sa.Column("id", INT, nullable=False),
        sa.Column("deal_id", INT, nullable=True),
        sa.Column("owner_id", INT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", INT, nullable=False),
        sa.Column("due_day", INT, nullable=True),
        sa.Column("due_at", INT, nullable=True),
        sa.Column("done_at", INT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("template_id", INT, nullable=True),
        sa.Column("version", INT, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_task_deal_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["rep.id"], name=op.f("fk_task_owner_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["stage_task_template.id"], name=op.f("fk_task_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_task_deal", "task", ["deal_id", "due_day"], unique=False)
    op.create_index(
        "ix_task_due",
        "task",
        ["owner_id", "due_day"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_task_template", "task", ["template_id"], unique=False)
