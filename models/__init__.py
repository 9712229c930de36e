"""Weights, their cards, and the one way to load them."""
