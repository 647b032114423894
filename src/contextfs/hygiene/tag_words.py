"""Tags that are probably one word: `db` and `database`, `test` and `tests`, a slip of the finger. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contextfs.domain.tags import nearly, plain

MOST = 3000
"""Tags that are compared, the most used: what comes after is used once, and comparing all with all grows fast."""


def near_tags(counts: Sequence[tuple[str, int]]) -> dict[str, list[str]]:
    """Each tag that others resemble -> those others, the most used first; `counts` has the most used first."""
    names = [name for name, _ in counts[:MOST]]
    found: dict[str, list[str]] = {}
    for group in _neighbourhoods(names):
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                if nearly(one, other):
                    found.setdefault(one, []).append(other)
                    found.setdefault(other, []).append(one)
    order = {name: place for place, name in enumerate(names)}
    return {name: sorted(set(near), key=order.__getitem__) for name, near in found.items()}


def _neighbourhoods(names: Iterable[str]) -> Iterable[list[str]]:
    """Groups in which whatever may be nearly equal stands together: those with the same first letter as meant."""
    groups: dict[str, list[str]] = {}
    for name in names:
        for first in {plain(name)[:1], name[:1]}:
            groups.setdefault(first, []).append(name)
    return groups.values()


def groups(near: Mapping[str, Sequence[str]], counts: Mapping[str, int]) -> list[list[str]]:
    """The tags that resemble each other as groups, the most used tag of each first."""
    seen: set[str] = set()
    found: list[list[str]] = []
    for name in sorted(near, key=lambda one: (-counts.get(one, 0), one)):
        if name in seen:
            continue
        group = [name, *(other for other in near[name] if other not in seen)]
        seen.update(group)
        if len(group) > 1:
            found.append(group)
    return found
