"""Conversations that are trees: an edited question or a second answer begins another branch.

The branch that was last open is the conversation. What stands on other branches was taken back or asked anew; it is
counted and left out, since between the turns of the main branch it would read as if it had been said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def main_branch(parents: Mapping[str, str], leaf: str) -> list[str]:
    """The nodes from the root to a leaf; a parent that is not there, or was there already, ends the way."""
    way: dict[str, None] = {}
    at = leaf
    while at in parents and at not in way:
        way[at] = None
        at = parents[at]
    return list(reversed(way))


def latest_leaf(parents: Mapping[str, str], times: Mapping[str, float]) -> str:
    """The leaf that was written last; empty where there is none."""
    inner = set(parents.values())
    leaves = [node for node in parents if node not in inner] or list(parents)
    order: Iterator[tuple[float, int, str]] = (
        (times.get(node, 0.0), place, node) for place, node in enumerate(leaves)
    )
    return max(order, default=(0.0, 0, ""))[2]


def linear(keys: Sequence[str], parents: Mapping[str, str]) -> dict[str, str]:
    """Each node's parent; one that names none, or one that is not there, follows the node before it."""
    known = set(keys)
    found: dict[str, str] = {}
    before = ""
    for place, key in enumerate(keys):
        parent = parents.get(key, "")
        found[key] = parent if parent in known or (parent and place == 0) else before
        before = key
    return found
