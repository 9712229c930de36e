"""Scoring recordings by the thousand: `calmline archive`."""
