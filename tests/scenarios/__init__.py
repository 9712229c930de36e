"""Conversations as tests: see README.md."""
