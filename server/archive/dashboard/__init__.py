"""The archive's dashboard: one offline page of what many calls say together."""

from .written import write_dashboard

__all__ = ["write_dashboard"]
