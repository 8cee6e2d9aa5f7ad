"""Instance files of the evacuation literature, as problems."""

import json
from pathlib import Path

import numpy as np

from models.evacuation import Evacuation


def read_instance(path: Path) -> Evacuation:
    """Read a JSON instance, or a list as the CCRP literature has it."""
    text = path.read_text(encoding="utf-8")
    return _from_json(json.loads(text)) if text.lstrip().startswith("{") else _from_lists(text)


def _from_json(content: dict[str, object]) -> Evacuation:
    node = {name: row for row, name in enumerate(content["nodes"])}
    arcs = np.asarray(content["arcs_u_v_time_capPerStep"], dtype=np.int64).reshape(-1, 4)
    supply, places = np.zeros(len(node), dtype=np.int64), np.zeros(len(node))
    for name, persons in content["supply_at_t0"].items():
        supply[node[int(name)]] = persons
    for name, room in content["shelters_capacity"].items():
        places[node[int(name)]] = np.inf if room is None else room
    tail, head = ([node[name] for name in arcs[:, end].tolist()] for end in (0, 1))
    return Evacuation(np.array(tail), np.array(head), arcs[:, 2], arcs[:, 3], supply, places)


def _from_lists(text: str) -> Evacuation:
    """Read lines of ``from to capacity time``, a line of node capacities and one of persons.

    The comments say how many nodes are destinations, the last ones, and which are sources; the sources stand
    in the comment in another order than their persons, which go by ascending node.
    """
    rows = [line for line in text.splitlines() if line.strip()]
    numbers = [[int(word) for word in line.split()] for line in rows if not line.startswith("//")]
    arcs = np.array([row for row in numbers if len(row) == 4], dtype=np.int64)
    persons = numbers[-1]
    sources = sorted(int(word.strip(",")[1:]) for word in rows[-2].split() if word.strip(",")[1:].isdigit())
    nodes = int(max(arcs[:, :2].max(), *sources))
    inner = len(next(row for row in numbers if len(row) != 4))
    supply, places = np.zeros(nodes, dtype=np.int64), np.zeros(nodes)
    supply[np.array(sources) - 1] = persons
    places[inner:] = np.inf
    return Evacuation(arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 3], arcs[:, 2], supply, places)
