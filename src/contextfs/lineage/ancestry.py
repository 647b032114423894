"""Ancestry: whether the branch that a memory was saved on has reached what is checked out here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from time import monotonic

from contextfs.domain.memory import Memory
from contextfs.git import ancestry, worktrees
from contextfs.git.ancestry import Asked, Placed
from contextfs.git.repository import Head, Repository, tip_of
from contextfs.git.worktrees import Worktree
from contextfs.store.judged import Judged

MERGED, UNMERGED, UNKNOWN, APART = "merged", "unmerged", "unknown", "apart"
"""How a memory stands to HEAD; `apart` is the unfinished work of another working tree."""
_MOST = 30
"""Commits whose way into HEAD is looked for in one go; the others count as unknown until they are asked for again."""
_LONG_ENOUGH = 0.5
"""Seconds after which one look asks git nothing more."""
_HEADS = 8
"""Earlier HEADs whose answers are gone on from."""
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
    born = cache(partial(worktrees.born, repository))
    found = dict.fromkeys((one.id for one in memories), MERGED)
    for one in foreign:
        state, lane = known.get(one.commit, UNKNOWN), lanes.get(one.id)
        found[one.id] = APART if lane and _unfinished(one, lane, known, born) else state
    return found


def _lane(memory: Memory, trees: Sequence[Worktree]) -> Worktree | None:
    """The other working tree in which the branch of a memory, or its detached commit, is checked out."""
    for tree in trees:
        if tree.branch == memory.branch and (tree.branch or tree.commit == memory.commit):
            return tree
    return None


def _unfinished(memory: Memory, lane: Worktree, known: dict[str, str], born: Callable[[str], str]) -> bool:
    """Whether a memory is about work that has not left its working tree.

    Its commit has not come here; or it was saved where its branch was made, before the branch had any commit, and
    none has come here since.
    """
    state = known.get(memory.commit, UNKNOWN)
    if state == UNMERGED:
        return True
    if not lane.branch or state != MERGED or memory.commit != born(lane.branch):
        return False
    return lane.commit == memory.commit or known.get(lane.commit) == UNMERGED


def _judged(repository: Repository, head: str, wanted: dict[str, str], judged: Judged) -> dict[str, str]:
    """Commit -> how it stands to HEAD; git is asked once for each HEAD, and only about what is new since the last."""
    known: dict[str, str] = {head: MERGED}
    for commit, branch in wanted.items():
        found = judged.get("standing", head, commit) or judged.get(
            "standing?", head, commit, younger_than=_SOON
        )
        if found and (found != UNMERGED or judged.get("open", *_open(repository, head, commit, branch))):
            known[commit] = found
    new = [commit for commit in wanted if commit not in known][:_MOST]
    before = _before(repository, head, {one: wanted[one] for one in new}, judged) if new else {}
    arrived = [one for one in new if before.get(one, ("", ""))[0] == MERGED]
    placed = {one: Placed(there=True, reached=True) for one in arrived}
    open_ = [one for one in new if one not in placed]
    placed |= ancestry.placed(repository, head, open_) if open_ else {}
    until = monotonic() + _LONG_ENOUGH
    for commit, place in placed.items():
        if monotonic() > until:  # it counts as unmerged, and is looked for at the next look
            known[commit] = UNMERGED if place.there and not place.reached else UNKNOWN
            continue
        known[commit] = _state(
            repository, Asked(head, commit, wanted[commit], before.get(commit, ("", ""))[1]), place
        )
        judged.put(known[commit], "standing?" if known[commit] == UNKNOWN else "standing", head, commit)
        if known[commit] == UNMERGED:
            judged.put(UNMERGED, "open", *_open(repository, head, commit, wanted[commit]))
    return known


def _open(repository: Repository, head: str, commit: str, branch: str) -> tuple[str, str, str, str]:
    """What has to stay as it is for a commit to stay unmerged: it is still here, and so is where its branch stands."""
    return head, commit, ancestry.whereabouts(repository, commit), tip_of(repository, branch)


def _before(
    repository: Repository, head: str, commits: Mapping[str, str], judged: Judged
) -> dict[str, tuple[str, str]]:
    """Commit -> how it stood to an HEAD of earlier looks that this one descends from, and that HEAD."""
    descends = cache(ancestry.descends)
    found: dict[str, tuple[str, str]] = {}
    heads = _heads(repository.common_dir, head, judged)
    for commit, branch in commits.items():
        for earlier in heads:
            state = judged.get("standing", earlier, commit)
            if state == UNMERGED and not judged.get("open", *_open(repository, earlier, commit, branch)):
                continue  # what its branch was then counted
            if state and descends(repository, head, earlier):
                found[commit] = state, earlier
                break
    return found


def _heads(place: str, head: str, judged: Judged) -> list[str]:
    """The last HEADs that memories were compared with here, the latest first."""
    last = judged.get("head", place)
    if last != head:
        judged.put(last or "", "before", place, head)
        judged.put(head, "head", place)
    found: dict[str, None] = {}
    earlier = judged.get("before", place, head)
    while earlier and earlier != head and earlier not in found and len(found) < _HEADS:
        found[earlier] = None
        earlier = judged.get("before", place, earlier)
    return list(found)


def _state(repository: Repository, asked: Asked, place: Placed) -> str:
    if not place.there:
        return UNKNOWN
    if place.reached or ancestry.adopted(repository, asked, place.at):
        return MERGED
    if ancestry.is_shallow(repository) and not ancestry.related(repository, asked.head, asked.commit):
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
