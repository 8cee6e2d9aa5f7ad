"""What the label-setting searches share: outgoing edges by node, and a queue of nodes by key."""

from dss.searching.streets import Streets, edges_by_node

__all__ = ["Streets", "edges_by_node"]
