"""The cells as a mesh: convex hexagons in a plane, each knowing its neighbour across every edge.

Index names: ``c`` cell of the mesh, ``i`` its corners counter-clockwise; edge i runs from corner i to i + 1.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, Int32Array

CORNERS = 6
NOWHERE = -1
# A point this far outside an edge is taken as on it, in metres.
ON_EDGE_M = 1e-9
# More steps than any walk from a cell that H3 names for a point needs.
MOST_STEPS = 64


class Mesh(NamedTuple):
    """Cells with straight edges in a projected plane.

    ``x``, ``y``: corners relative to the cell's middle, (n, 6); a pentagon has one corner twice.
    ``middle_x``, ``middle_y``: (n,). ``swept``: area between the middle and the outline from corner 0 to
    corner i, (n, 7). ``neighbour``: cell across each edge, (n, 6), -1 where the mesh ends.
    """

    x: FloatArray
    y: FloatArray
    middle_x: FloatArray
    middle_y: FloatArray
    swept: FloatArray
    neighbour: Int32Array


@njit(cache=True, nogil=True)
def way_out(mesh: Mesh, c: int, x: float, y: float, dx: float, dy: float) -> tuple[int, float]:
    """Return through which edge, and at which t, the ray (x, y) + t (dx, dy) leaves a cell. O(1).

    Only edges that the ray crosses outwards count, so that a walk never turns back; -1 where it stands still.
    """
    edge, least = NOWHERE, np.inf
    px, py = x - mesh.middle_x[c], y - mesh.middle_y[c]
    for i in range(CORNERS):
        j = (i + 1) % CORNERS
        ex, ey = mesh.x[c, j] - mesh.x[c, i], mesh.y[c, j] - mesh.y[c, i]
        outwards = dx * ey - dy * ex
        if outwards > 0.0:
            t = ((mesh.x[c, i] - px) * ey - (mesh.y[c, i] - py) * ex) / outwards
            if t < least:
                edge, least = i, t
    return edge, least


@njit(cache=True, nogil=True)
def locate(mesh: Mesh, c: int, x: float, y: float) -> int:
    """Return the cell that holds a point, walking there from a cell near it; -1 outside the mesh."""
    for _ in range(MOST_STEPS):
        if c == NOWHERE:
            break
        worst, farthest = NOWHERE, ON_EDGE_M
        px, py = x - mesh.middle_x[c], y - mesh.middle_y[c]
        for i in range(CORNERS):
            j = (i + 1) % CORNERS
            ex, ey = mesh.x[c, j] - mesh.x[c, i], mesh.y[c, j] - mesh.y[c, i]
            length = np.hypot(ex, ey)
            if length > 0.0:
                outside = ((px - mesh.x[c, i]) * ey - (py - mesh.y[c, i]) * ex) / length
                if outside > farthest:
                    worst, farthest = i, outside
        if worst == NOWHERE:
            return c
        c = mesh.neighbour[c, worst]
    return NOWHERE


@njit(cache=True, nogil=True)
def part_of_edge(mesh: Mesh, c: int, i: int, x: float, y: float) -> float:
    """Return how far along edge i a point on it lies, 0 to 1."""
    j = (i + 1) % CORNERS
    ex, ey = mesh.x[c, j] - mesh.x[c, i], mesh.y[c, j] - mesh.y[c, i]
    length2 = ex * ex + ey * ey
    if length2 == 0.0:
        return 0.0
    px, py = x - mesh.middle_x[c] - mesh.x[c, i], y - mesh.middle_y[c] - mesh.y[c, i]
    return min(1.0, max(0.0, (px * ex + py * ey) / length2))


@njit(cache=True, nogil=True)
def swept_to(mesh: Mesh, c: int, i: int, part: float) -> float:
    """Return the area swept from corner 0 along the outline to a part of edge i."""
    return mesh.swept[c, i] + part * (mesh.swept[c, i + 1] - mesh.swept[c, i])


@njit(cache=True, nogil=True)
def edge_towards(mesh: Mesh, c: int, other: int) -> int:
    """Return the edge of a cell beyond which another cell lies; -1 where they do not touch."""
    for i in range(CORNERS):
        if mesh.neighbour[c, i] == other:
            return i
    return NOWHERE


@njit(cache=True, nogil=True)
def nearest_edge(mesh: Mesh, c: int, x: float, y: float) -> int:
    """Return the edge whose line is nearest to a point in or on a cell."""
    best, least = 0, np.inf
    px, py = x - mesh.middle_x[c], y - mesh.middle_y[c]
    for i in range(CORNERS):
        j = (i + 1) % CORNERS
        ex, ey = mesh.x[c, j] - mesh.x[c, i], mesh.y[c, j] - mesh.y[c, i]
        length = np.hypot(ex, ey)
        if length > 0.0:
            away = abs((px - mesh.x[c, i]) * ey - (py - mesh.y[c, i]) * ex) / length
            if away < least:
                best, least = i, away
    return best
