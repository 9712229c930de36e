"""The tables. What changes here needs a step in `migrations/versions`; a test compares them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Utc(sa.TypeDecorator[datetime]):
    """A moment. SQLite keeps no zones, so that every moment is brought to UTC on the way in."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Bring a moment to UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give a moment in UTC, whatever zone the database's session has."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Roles(sa.TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> tuple[str, ...]:
        """Give the tuple that JSON made a list of."""
        return tuple(value)


METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CALLS = sa.Table(
    "calls",
    METADATA,
    sa.Column("call_id", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("started_at", Utc, nullable=False, index=True),
    sa.Column("ended_at", Utc),
    sa.Column("heard_s", sa.Double),
    sa.Column("roles", Roles, nullable=False),
    sa.Column("language", sa.String),
    sa.Column("agent_id", sa.String),
    sa.Column("queue", sa.String),
    sa.Column("direction", sa.String),
    sa.Column("caller_ref", sa.String),
    sa.Column("context", sa.JSON, nullable=False),
    sa.Column("consent", sa.JSON(none_as_null=True)),
    sa.Column("pacing", sa.String, nullable=False),
    sa.Column("words", sa.Boolean, nullable=False),
    sa.Column("demo_words", sa.Boolean, nullable=False),
    sa.Column("engine", sa.String, nullable=False),
    sa.Column("playbook", sa.String, nullable=False),
    sa.Column("thresholds", sa.String, nullable=False),
    sa.Column("audio", sa.String),
    sa.Column("origin", sa.String, nullable=False),
    sa.Index(None, "agent_id", "started_at"),
    sa.Index(None, "state", "started_at"),
)

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("call_id", sa.ForeignKey(CALLS.c.call_id), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("known_at_s", sa.Double, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("stamped_at", Utc, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

FEEDBACK = sa.Table(
    "feedback",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call_id", sa.ForeignKey(CALLS.c.call_id), nullable=False, index=True),
    sa.Column("cue_id", sa.String, nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("at", Utc, nullable=False),
)

ASSESSMENTS = sa.Table(
    "assessments",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call_id", sa.ForeignKey(CALLS.c.call_id), nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("criterion_id", sa.String),
    sa.Column("answer", sa.String),
    sa.Column("machine", sa.String),
    sa.Column("blind", sa.Boolean, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("form", sa.String, nullable=False),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Index(None, "form", "kind"),
)
