"""Calls as they happen."""
