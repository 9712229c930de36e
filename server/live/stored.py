"""Reading along in a call that is over: its stored log, then the end."""

from __future__ import annotations

from ..store.rows import CallRow
from .hub import ReadStored, envelope
from .rows import row_dict


class StoredReader:
    """Stands in for a :class:`~server.live.hub.Subscription` once a call is not live.

    Parameters
    ----------
    row
        The call.
    from_seq
        Where to begin.
    read_stored
        Reads its log.
    """

    def __init__(self, row: CallRow, from_seq: int, read_stored: ReadStored) -> None:
        self._row = row
        self._next = max(1, from_seq)
        self._read_stored = read_stored
        self._told_row = False
        self.over = False

    @property
    def behind(self) -> bool:
        """Always: it knows nothing but the store."""
        return True

    def read(self, limit: int = 500) -> list[str]:
        """Give what comes next; see :class:`server.live.hub.Reader`."""
        if self.over:
            return []
        call_id = self._row.call_id
        texts: list[str] = []
        if not self._told_row:
            self._told_row = True
            texts.append(envelope("call", call_id, call=row_dict(self._row)))
        events = self._read_stored(self._next, limit)
        texts += [event.text for event in events]
        if events:
            self._next = events[-1].seq + 1
        else:
            self.over = True
            texts.append(envelope("end", call_id, state=self._row.state))
        return texts

    def close(self) -> None:
        """Nothing to let go of."""
