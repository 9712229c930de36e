"""Tests of reviews: recordings in, pages out."""
