"""What proves why people have no place, written beside the plan's proof; anyone can add it up again."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models import Violation, shelter
from models.shelter import Allocation, Explanation
from models.shelter.explaining.explain import Pocket
from scenarios.stored import readable_proof

ROWS, SITES, ARCS = "why_rows.parquet", "why_sites.parquet", "why_arcs.parquet"


def write_why(path: Path, problem: Allocation, found: Explanation) -> None:
    """Write shortages by row and shelter, the places to add, and who then goes where."""
    n, m = problem.persons.size, problem.capacity.size
    row_part, site_part = np.full(n, -1), np.full(m, -1)
    for p, pocket in enumerate(found.pockets):
        row_part[pocket.cells], site_part[pocket.sites] = p, p
    pd.DataFrame({"shortage": row_part}).to_parquet(path / ROWS)
    pd.DataFrame({"shortage": site_part, "extra_places": found.extra_places}).to_parquet(path / SITES)
    pd.DataFrame({"persons": found.mended}).to_parquet(path / ARCS)


def check_why(path: Path, problem: Allocation, stated: dict[str, Any]) -> list[Violation]:
    """Return what is wrong with a stated explanation, by adding up persons and places.

    Parameters
    ----------
    path
        The proof folder.
    stated
        What the run's manifest says.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    with readable_proof(path):
        rows, sites, arcs = (pd.read_parquet(path / name) for name in (ROWS, SITES, ARCS))
        found = Explanation(
            unmet=int(stated["unmet"]),
            pockets=tuple(
                Pocket(
                    np.flatnonzero(rows["shortage"] == p),
                    np.flatnonzero(sites["shortage"] == p),
                    int(shortage["persons"]),
                    int(shortage["places"]),
                )
                for p, shortage in enumerate(stated["shortages"])
            ),
            extra_places=sites["extra_places"].to_numpy(np.int64),
            mended=arcs["persons"].to_numpy(np.int64),
            too_large=np.zeros(0, dtype=np.int64),
            widening=None,
            openings=(),
        )
        sizes = (len(rows), len(sites), len(arcs))
    if sizes != (problem.persons.size, problem.capacity.size, problem.cell.size):
        return [Violation("(10) why", "tables", float(sizes[0]))]
    broken = shelter.check_explanation(problem, found)
    listed = sum(entry["places"] for entry in stated["extra_places"])
    if listed != int(found.extra_places.sum()):
        broken.append(Violation("(10) why", "extra places", float(listed - found.extra_places.sum())))
    return broken
