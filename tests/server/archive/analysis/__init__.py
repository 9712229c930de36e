"""Figures over many calls, held against a truth that is known."""
