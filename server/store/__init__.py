"""What is kept of calls: their row, their log, what agents said about cards."""

from .errors import StoreError
from .rows import CallRow, Feedback, StoredEvent
from .store import Store
from .writer import StoreWriter

__all__ = ["CallRow", "Feedback", "Store", "StoreError", "StoreWriter", "StoredEvent"]
