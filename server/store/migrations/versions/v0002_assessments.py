"""What people say of a call's review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("criterion_id", sa.String()),
        sa.Column("answer", sa.String()),
        sa.Column("machine", sa.String()),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_assessments_call_id"),
    )
    op.create_index("ix_assessments_call_id", "assessments", ["call_id"])
    op.create_index("ix_assessments_form_kind", "assessments", ["form", "kind"])


def downgrade() -> None:
    """Drop it, with all that people said."""
    op.drop_table("assessments")
