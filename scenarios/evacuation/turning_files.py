"""Write and read turned lanes with what proves their choice."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dss.arrays import IntArray
from models.evacuation.lanes import LanePairs
from models.evacuation.turning import Leaf
from scenarios.evacuation.turned import More, Turning

PAIRS = ("forward", "backward", "forward_gain", "backward_gain", "clearing_steps")


def write_turning(path: Path, turning: Turning) -> None:
    """Write turned lanes into a folder."""
    path.mkdir()
    columns = {name: getattr(turning.pairs, name) for name in PAIRS}
    lanes = {f"leaf_{number}": leaf.lanes for number, leaf in enumerate(turning.leaves)}
    pq.write_table(pa.table({**columns, "lanes": turning.lanes, **lanes}), path / "pairs.parquet")
    proofs = {
        f"{name}_{number}": getattr(leaf, name)
        for number, leaf in enumerate(turning.leaves)
        for name in ("certificate", "persons_certificate")
    }
    pq.write_table(pa.table(proofs), path / "leaves.parquet", compression="zstd")
    facts = {
        "most_units": turning.most_units, "bound_step": turning.bound_step, "leaves": len(turning.leaves),
        "more": turning.more and asdict(turning.more),
    }  # fmt: skip
    (path / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def read_turning(path: Path) -> Turning:
    """Read turned lanes back from their folder."""
    facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
    pairs, proofs = (pq.read_table(path / f"{name}.parquet") for name in ("pairs", "leaves"))
    leaves = tuple(
        Leaf(
            _column(pairs, f"leaf_{number}"),
            _column(proofs, f"certificate_{number}"),
            _column(proofs, f"persons_certificate_{number}"),
        )
        for number in range(facts["leaves"])
    )
    return Turning(
        LanePairs(**{name: _column(pairs, name) for name in PAIRS}),
        _column(pairs, "lanes"),
        facts["most_units"],
        facts["bound_step"],
        leaves,
        facts["more"] and More(**facts["more"]),
    )


def _column(table: pa.Table, name: str) -> IntArray:
    return np.asarray(table[name].to_numpy()).astype(np.int64)
