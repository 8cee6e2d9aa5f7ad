"""Call a library that raises many kinds of errors, and say what was wrong with the file."""

import warnings
from collections.abc import Callable
from typing import TypeVar

from dss.errors import DssError, MapError

T = TypeVar("T")


def opened(file: object, read: Callable[[], T]) -> T:
    """Return what a reading function returns; its warnings are not for the person at the command line.

    Raises
    ------
    MapError
        If it raises anything: GDAL, Arrow and rasterio have many kinds.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except DssError:
        raise
    except MemoryError as error:
        raise MapError("import_memory", file=file) from error
    except Exception as error:
        why = " ".join(str(error).split())[:300]
        raise MapError("file_unreadable", file=file, why=why or type(error).__name__) from error
