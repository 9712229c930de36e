"""A call after it: what happened, what to hear, the call note and the scorecard.

Pure: the log of a call in, values out. See ``coaching/README.md``.
"""

from .form import Form, FormError, bundled_form
from .note import CallNote, note_of
from .review import Review, review_of

__all__ = ["CallNote", "Form", "FormError", "Review", "bundled_form", "note_of", "review_of"]
