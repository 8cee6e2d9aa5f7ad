"""Reading back what a run or a study has stored; what cannot be read is said with its folder."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa

from dss.errors import DssError, InputError

SAID: Final = frozenset({"proof_unreadable", "proof_older"})
"""Errors that name their own folder."""
UNREADABLE = (OSError, LookupError, TypeError, ValueError, zipfile.BadZipFile, pa.ArrowException, DssError)


@contextmanager
def readable_proof(folder: Path) -> Iterator[None]:
    """Turn what goes wrong while a proof is read into one error that names its folder.

    Raises
    ------
    InputError
        If a file is missing or broken, or its values make no plan.
    """
    try:
        yield
    except UNREADABLE as error:
        if isinstance(error, InputError) and error.code in SAID:
            raise
        raise InputError("proof_unreadable", folder=folder, why=" ".join(str(error).split())[:300]) from error
