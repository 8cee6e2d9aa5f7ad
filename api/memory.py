"""Octets that were made once and are asked for again, the least used forgotten first."""

import threading
from collections import OrderedDict


class Memory:
    """A bounded store of octets by key."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._size_bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...]) -> bytes | None:
        """Return what is kept under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: tuple[object, ...], content: bytes) -> None:
        """Keep octets; what was not asked for longest gives way."""
        with self._lock:
            self._size_bytes += len(content) - len(self._kept.pop(key, b""))
            self._kept[key] = content
            while self._size_bytes > self._limit_bytes and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._size_bytes -= len(gone)
