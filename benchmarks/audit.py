"""Audit a generated city with planted errors: what is found of them, what is told of clean records, how fast.

    python benchmarks/audit.py --persons 300000 1000000

Prints one JSON line a city, and with --rules one line a rule. A planted error counts as found when its rule
names its record, or names it as partner in an overlap or a repetition. A false alarm is a record that is
named by any rule though it was left clean; its share is of all records named.
"""

import argparse
import json
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile
from dss.onemap.audit import RULES, Audit, check_map
from dss.sample import write_sample

TODAY = date(2026, 11, 22)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, nargs="+", default=[300_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=float, default=0.05)
    parser.add_argument("--rules", action="store_true", help="print each rule too")
    given = parser.parse_args()
    for persons in given.persons:
        with tempfile.TemporaryDirectory() as folder:
            onemap, truth = _city(Path(folder), persons, given.seed, given.errors)
            for line in _measure(onemap, truth, persons, given.rules):
                print(json.dumps(line), flush=True)


def _city(folder: Path, persons: int, seed: int, errors: float) -> tuple[OneMap, pd.DataFrame]:
    delivery, target = folder / "delivery", folder / "map"
    profile = write_sample(delivery, persons=persons, seed=seed, errors=errors, today=TODAY)
    init_map(target, read_profile(profile))
    import_folder(target, delivery)
    truth = pd.read_csv(delivery / "truth.csv", dtype={"record_id": str, "row": "Int64"})
    return open_map(target), truth


def _measure(onemap: OneMap, truth: pd.DataFrame, persons: int, by_rule: bool) -> list[dict[str, Any]]:
    started, cpu_started = time.perf_counter(), time.process_time()
    audit = check_map(onemap, TODAY)
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - cpu_started
    found = truth.assign(found=[_is_found(audit.faults, one) for one in truth.itertuples()])
    false = _false_alarms(audit, truth)
    named = audit.faults[audit.faults["row"].notna()]
    whole: dict[str, Any] = {
        "persons": persons,
        "records": sum(layer.records for layer in onemap.layers if layer.kind != "raster"),
        "planted": len(found),
        "found": int(found["found"].sum()),
        "recall": round(float(found["found"].mean()), 4),
        "named_records": len(named.drop_duplicates(["layer", "row"])),
        "false_alarms": len(false.drop_duplicates(["layer", "row"])),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_s, 1),
        "rules_planted": int(found["code"].nunique()),
        "rules": len(RULES),
    }
    whole["false_share"] = round(whole["false_alarms"] / max(1, whole["named_records"]), 4)
    lines = [whole]
    if by_rule:
        lines += [
            {"persons": persons, "rule": code, "planted": len(own), "found": int(own["found"].sum()),
             "false_alarms": int((false["code"] == code).sum())}
            for code, own in found.groupby("code")
        ]  # fmt: skip
    return lines


def _is_found(faults: gpd.GeoDataFrame, planted: Any) -> bool:
    own = faults[(faults["code"] == planted.code) & (faults["layer"] == planted.layer)]
    if pd.isna(planted.row):
        return bool(own["row"].isna().any())
    row = int(planted.row)
    return bool((own["row"] == row).any()) or any(row in others for others in own["others"])


def _false_alarms(audit: Audit, truth: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return faults of records that were left clean, in layers that were not made wrong on the whole."""
    wrong = {(one.layer, int(one.row)) for one in truth.itertuples() if not pd.isna(one.row)}
    whole = set(truth.loc[truth["row"].isna(), "layer"])
    named = audit.faults[audit.faults["row"].notna()]
    rows = zip(named["layer"], named["row"], strict=True)
    clean = [(layer, int(row)) not in wrong and layer not in whole for layer, row in rows]
    return named[clean]


if __name__ == "__main__":
    main()
