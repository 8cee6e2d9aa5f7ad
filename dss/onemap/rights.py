"""Who may take what out: the right of the reader against the level of the data, and a log of every try.

The right is stated, not proven: it keeps honest people from mistakes and leaves a trace; the files themselves
are guarded by the operating system.
"""

import getpass
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from dss.errors import InputError
from dss.language import Term
from dss.onemap.terms import SENSITIVITIES, Sensitivity

RIGHT_VARIABLE: Final = "DSS_RIGHT"
DEFAULT_RIGHT: Final[Sensitivity] = "internal"
LOG_FILE: Final = "access.jsonl"


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """One try to take data out: when, who, what, and whether it was allowed."""

    time: str
    user: str
    action: str
    what: str
    level: Sensitivity
    right: Sensitivity
    outcome: str


@dataclass(frozen=True, slots=True)
class AccessLog:
    """A file to which lines are only ever added."""

    path: Path

    def add(self, record: AccessRecord) -> None:
        """Write one record at the end, as one line in one piece.

        Raises
        ------
        InputError
            If the log cannot be written; nothing may then be taken out.
        """
        line = json.dumps(asdict(record), ensure_ascii=False) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o660)
            try:
                os.write(file, line.encode("utf-8"))
            finally:
                os.close(file)
        except OSError as error:
            raise InputError("rights_log", file=self.path, why=error.strerror or str(error)) from error

    def records(self) -> tuple[dict[str, Any], ...]:
        """Return what was logged, the oldest first."""
        if not self.path.is_file():
            return ()
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return tuple(json.loads(line) for line in lines)


def reader_right(stated: str | None) -> Sensitivity:
    """Return the right of the reader: as stated, else DSS_RIGHT, else internal.

    Raises
    ------
    InputError
        If there is no such level.
    """
    right = stated or os.environ.get(RIGHT_VARIABLE) or DEFAULT_RIGHT
    for level in SENSITIVITIES:
        if level == right:
            return level
    raise InputError("rights_unknown", value=right, known=", ".join(SENSITIVITIES))


def require_right(log: AccessLog, action: str, what: str, level: Sensitivity, right: Sensitivity) -> None:
    """Log a try to take data out, and refuse it where its level is above the reader's right.

    Raises
    ------
    InputError
        If the level is above the right, or the log cannot be written.
    """
    allowed = SENSITIVITIES.index(level) <= SENSITIVITIES.index(right)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    outcome = "allowed" if allowed else "refused"
    log.add(AccessRecord(now, _user(), action, what, level, right, outcome))
    if not allowed:
        raise InputError(
            "rights_refused", what=what, level=Term(f"word.{level}"), right=Term(f"word.{right}")
        )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
