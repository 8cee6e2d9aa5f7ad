"""The elimination order of a network's nodes: computed once, stored with the map."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dss.arrays import Int32Array
from dss.errors import NetworkError
from dss.network import RoadNetwork


@dataclass(frozen=True, slots=True, eq=False)
class NodeOrder:
    """In which order the nodes of one network are eliminated.

    Parameters
    ----------
    nodes
        All node indices, the first to go first, shape (n nodes,).
    fingerprint
        What :func:`fingerprint` said of the network's topology.

    Raises
    ------
    NetworkError
        If a node is missing or named twice.
    """

    nodes: Int32Array
    fingerprint: str

    def __post_init__(self) -> None:
        if not np.array_equal(np.sort(self.nodes), np.arange(self.nodes.size)):
            raise NetworkError("routing_order_nodes", nodes=self.nodes.size)

    def save(self, path: Path) -> None:
        """Write the order to a file (``.npz``)."""
        with Path(path).open("wb") as file:
            np.savez_compressed(file, nodes=self.nodes, fingerprint=np.array(self.fingerprint))

    @classmethod
    def load(cls, path: Path) -> "NodeOrder":
        """Read an order that :meth:`save` wrote.

        Raises
        ------
        NetworkError
            If the file is missing or is not an order.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls(stored["nodes"].astype(np.int32), str(stored["fingerprint"]))
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile, EOFError) as error:
            raise NetworkError("routing_order_file", path=str(path), reason=str(error)) from error


def fingerprint(network: RoadNetwork) -> str:
    """Return the SHA-256 of a network's topology: which node each edge joins to which, not the times."""
    digest = hashlib.sha256(f"{network.n_nodes},{network.tail.size}".encode())
    digest.update(np.ascontiguousarray(network.tail, dtype="<i4").data)
    digest.update(np.ascontiguousarray(network.head, dtype="<i4").data)
    return digest.hexdigest()


def require_order(network: RoadNetwork, order: NodeOrder) -> None:
    """Refuse an order that was made for another topology.

    Raises
    ------
    NetworkError
        If the fingerprints differ.
    """
    found = fingerprint(network)
    if order.fingerprint != found or order.nodes.size != network.n_nodes:
        raise NetworkError(
            "routing_order_mismatch",
            expected=found[:12],
            stored=order.fingerprint[:12],
            nodes=network.n_nodes,
        )
