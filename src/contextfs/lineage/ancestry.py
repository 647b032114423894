"""Ancestry: whether the branch that a memory was saved on has reached what is checked out here."""

from __future__ import annotations

from collections.abc import Sequence

from contextfs.domain.memory import Memory
from contextfs.git import ancestry, worktrees
from contextfs.git.repository import Head, Repository
from contextfs.git.worktrees import Worktree
from contextfs.store.judged import Judged

MERGED, UNMERGED, UNKNOWN, APART = "merged", "unmerged", "unknown", "apart"
"""How a memory stands to HEAD; `apart` is the unfinished work of another working tree."""
_MOST = 30
"""Commits whose way into HEAD is looked for in one go; the others count as unknown until they are asked for again."""
_SOON = 600.0
"""Seconds after which a commit that was not here is looked for again: somebody may have fetched it."""


def standings(
    repository: Repository, here: Head, memories: Sequence[Memory], judged: Judged
) -> dict[str, str]:
    """Memory id -> how it stands to HEAD; memories without a commit, or of the current branch, are merged."""
    foreign = [one for one in memories if one.commit and not (here.branch and one.branch == here.branch)]
    if not foreign or not here.commit:
        return dict.fromkeys((one.id for one in memories), MERGED)
    trees = worktrees.others(repository)
    lanes = {one.id: tree for one in foreign if (tree := _lane(one, trees))}
    wanted = {one.commit: one.branch for one in foreign}
    wanted |= {tree.commit: tree.branch for tree in lanes.values()}
    known = _judged(repository, here.commit, wanted, judged)
    found = dict.fromkeys((one.id for one in memories), MERGED)
    for one in foreign:
        state, lane = known.get(one.commit, UNKNOWN), lanes.get(one.id)
        found[one.id] = APART if lane and _unfinished(repository, one, lane, known) else state
    return found


def _lane(memory: Memory, trees: Sequence[Worktree]) -> Worktree | None:
    """The other working tree in which the branch of a memory, or its detached commit, is checked out."""
    for tree in trees:
        if tree.branch == memory.branch and (tree.branch or tree.commit == memory.commit):
            return tree
    return None


def _unfinished(repository: Repository, memory: Memory, lane: Worktree, known: dict[str, str]) -> bool:
    """Whether a memory is about work that has not left its working tree.

    Its commit has not come here; or it was saved where its branch was made, before the branch had any commit, and
    none has come here since.
    """
    state = known.get(memory.commit, UNKNOWN)
    if state == UNMERGED:
        return True
    if not lane.branch or state != MERGED or memory.commit != worktrees.born(repository, lane.branch):
        return False
    return lane.commit == memory.commit or known.get(lane.commit) == UNMERGED


def _judged(repository: Repository, head: str, wanted: dict[str, str], judged: Judged) -> dict[str, str]:
    """Commit -> how it stands to HEAD; asked of git once for each HEAD."""
    known: dict[str, str] = {head: MERGED}
    for commit in wanted:
        found = judged.get("standing", head, commit) or judged.get(
            "standing?", head, commit, younger_than=_SOON
        )
        if found:
            known[commit] = found
    known |= dict.fromkeys(
        _carried(repository, head, [one for one in wanted if one not in known], judged), MERGED
    )
    new = [commit for commit in wanted if commit not in known][:_MOST]
    if not new:
        return known
    shallow = ancestry.is_shallow(repository)
    for commit, place in ancestry.placed(repository, head, new).items():
        state = _state(repository, head, commit, place, wanted[commit], shallow=shallow)
        known[commit] = state
        judged.put(state, "standing?" if state == UNKNOWN else "standing", head, commit)
    return known


def _carried(repository: Repository, head: str, commits: Sequence[str], judged: Judged) -> list[str]:
    """Those that had come to the HEAD of the last look, if this one goes on from it: one short question for all."""
    place = repository.common_dir
    before = judged.get("head", place) if commits else head
    if before == head:
        return []
    judged.put(head, "head", place)
    merged = [one for one in commits if before and judged.get("standing", before, one) == MERGED]
    if not merged or not before or not ancestry.descends(repository, head, before):
        return []
    for one in merged:
        judged.put(MERGED, "standing", head, one)
    return merged


def _state(
    repository: Repository, head: str, commit: str, place: ancestry.Placed, branch: str, *, shallow: bool
) -> str:
    if not place.there:
        return UNKNOWN
    if place.reached or ancestry.adopted(repository, head, commit, place.at, branch):
        return MERGED
    if shallow and not ancestry.related(repository, head, commit):
        return UNKNOWN
    return UNMERGED


def remark(memory: Memory, state: str) -> str:
    """What to say of a memory beside its text; "" when nothing is to be said."""
    if state == APART:
        return f"in another worktree, on {memory.branch or memory.commit[:8]}"
    if state == UNMERGED:
        return (
            f"on unmerged branch {memory.branch}"
            if memory.branch
            else f"on unmerged commit {memory.commit[:8]}"
        )
    return ""
