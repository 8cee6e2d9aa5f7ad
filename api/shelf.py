"""What was opened and is asked for again, in bounded memory, the least used given back first."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows how much memory it takes."""

    @property
    def size_bytes(self) -> int:
        """About how many octets."""


T = TypeVar("T", bound=Sized)


class Shelf(Generic[T]):
    """Opened things by key."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._opened: OrderedDict[object, T] = OrderedDict()
        self._opening: dict[object, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: object, read: Callable[[], T]) -> T:
        """Return what is kept under a key; reads it where there is nothing, once however many ask."""
        with self._lock:
            if key in self._opened:
                self._opened.move_to_end(key)
                return self._opened[key]
            opening = self._opening.setdefault(key, threading.Lock())
        with opening:
            with self._lock:
                found = self._opened.get(key)
            if found is None:
                found = read()
                self._keep(key, found)
        return found

    def _keep(self, key: object, found: T) -> None:
        with self._lock:
            self._opened[key] = found
            self._opening.pop(key, None)
            while len(self._opened) > 1 and self._size_bytes() > self._limit_bytes:
                self._opened.popitem(last=False)

    def _size_bytes(self) -> int:
        return sum(one.size_bytes for one in self._opened.values())
