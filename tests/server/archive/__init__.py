"""Scoring recordings by the thousand."""
