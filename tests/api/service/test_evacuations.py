"""The evacuation of a run as the service tells it; the page's tests look at one of a whole town."""

from pathlib import Path

import numpy as np
import pandas as pd
from fastapi.testclient import TestClient

from api.evacuations import read_moving


def test_a_run_without_an_evacuation_says_so(client: TestClient):
    for path in ("", "/car/roads", "/walk/moving"):
        answer = client.get(f"/api/runs/flood/evacuation{path}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "api_no_evacuation"


def test_movement_counts_both_directions_of_a_road_together(tmp_path: Path):
    (tmp_path / "evacuation").mkdir()
    rows = [
        (0, 7, True, 2, "car"), (60, 7, True, 3, "car"), (60, 7, False, 4, "car"), (60, 2, True, 1, "car"),
        (60, 2, True, 9, "walk"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["at_s", "road", "along", "units", "means"])
    table.to_parquet(tmp_path / "evacuation" / "animation.parquet")
    octets = read_moving(tmp_path, "car", 60.0).octets()
    # road 2 is the first of those in use, road 7 the second; at slice 1 road 7 has 3 + 4
    assert np.frombuffer(octets, "<i4").reshape(-1, 3).tolist() == [[0, 1, 2], [1, 0, 1], [1, 1, 7]]
