"""Whether two values hold the same, arrays and dataclasses within them too."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def same_fields(one: Any, other: Any) -> bool:
    """Tell whether two dataclasses hold the same, arrays and dataclasses within them too."""
    if is_dataclass(one) and not isinstance(one, type):
        return type(one) is type(other) and all(
            same_fields(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)
        )
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same_fields, one, other))
    return bool(one == other)
