"""How a store that cannot be used says so, in one line that never quotes what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError


class StoreError(Exception):
    """The store cannot do what was asked; the message says what to do."""


def said(error: Exception) -> str:
    """Give what the database said, in one line and without the values it was given.

    Later lines of a message of PostgreSQL may quote a row, and a row holds what a caller said.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    lines = str(cause).strip().splitlines() if isinstance(error, SQLAlchemyError) else []
    return lines[0].strip() if lines else type(cause).__name__


@contextmanager
def one_line(doing: str) -> Iterator[None]:
    """Turn an error of the database into a `StoreError`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreError(f"cannot {doing}: {said(error)}") from error
