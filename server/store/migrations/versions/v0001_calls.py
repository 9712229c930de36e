"""Calls, their events, and feedback on cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("heard_s", sa.Double()),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String()),
        sa.Column("agent_id", sa.String()),
        sa.Column("queue", sa.String()),
        sa.Column("direction", sa.String()),
        sa.Column("caller_ref", sa.String()),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("consent", sa.JSON()),
        sa.Column("pacing", sa.String(), nullable=False),
        sa.Column("words", sa.Boolean(), nullable=False),
        sa.Column("demo_words", sa.Boolean(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("thresholds", sa.String(), nullable=False),
        sa.Column("audio", sa.String()),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_started_at", "calls", ["started_at"])
    op.create_index("ix_calls_agent_id_started_at", "calls", ["agent_id", "started_at"])
    op.create_index("ix_calls_state_started_at", "calls", ["state", "started_at"])
    op.create_table(
        "events",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("known_at_s", sa.Double(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("stamped_at", moment, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name="pk_events"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_events_call_id"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("cue_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_feedback_call_id"),
    )
    op.create_index("ix_feedback_call_id", "feedback", ["call_id"])


def downgrade() -> None:
    """Drop them, with all that they hold."""
    op.drop_table("feedback")
    op.drop_table("events")
    op.drop_table("calls")
