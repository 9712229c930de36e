"""The databases of the store's tests serve here too."""

from tests.server.store.conftest import address, postgresql

__all__ = ["address", "postgresql"]
