"""The page of a review: one HTML file that needs nothing else, not even a network."""

from .policy import POLICY
from .render import EMBEDDED_BYTES, Interface, render

__all__ = ["EMBEDDED_BYTES", "POLICY", "Interface", "render"]
