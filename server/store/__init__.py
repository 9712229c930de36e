"""What is kept of calls: their row, their log, what people said of cards and of reviews."""

from .errors import StoreError
from .rows import Assessed, CallRow, Feedback, StoredEvent
from .store import Store
from .writer import StoreWriter

__all__ = ["Assessed", "CallRow", "Feedback", "Store", "StoreError", "StoreWriter", "StoredEvent"]
