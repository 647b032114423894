"""The fold: order-free, idempotent, causal, and open about conflicts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from contextfs.domain.change import PURGE, Change, causal_order, descendants, fold
from contextfs.domain.clock import new_id

SUBJECT = "5" * 32
NINE_HOURS = 9 * 3600 * 1000


def change(
    name: str, clock: int, patch: Mapping[str, object] | None, *parents: str, verb: str = "update"
) -> Change:
    """A change with a readable id."""
    return Change(name, SUBJECT, "memory", verb, name, parents, clock, "device", "ada", patch)


class Device:
    """One device that writes by what it has seen, with a wall clock that may be hours off and be set back."""

    def __init__(self, skew: int) -> None:
        self.skew = skew
        self.known: dict[str, Change] = {}

    def write(self, wall: int, patch: Mapping[str, object] | None, verb: str = "update") -> Change:
        """Append one change that descends from everything this device has seen."""
        last = max((one.clock for one in self.known.values()), default=0)
        clock = max(last + 1, wall + self.skew)
        made = Change(
            new_id(),
            SUBJECT,
            "memory",
            verb,
            new_id(),
            fold(self.known.values()).heads,
            clock,
            "d",
            "ada",
            patch,
        )
        self.known[made.id] = made
        return made

    def receive(self, other: Device, chance: random.Random) -> None:
        """Take some or all of what another device has, in any order."""
        for one in chance.sample(list(other.known.values()), len(other.known)):
            if chance.random() < 0.8:
                self.known.setdefault(one.id, one)


def histories(seed: int, steps: int = 25, purges: float = 0.0) -> list[Device]:
    """Three devices after a random life of writes, partial deliveries and clocks that jump."""
    chance = random.Random(seed)
    devices = [Device(chance.randint(-NINE_HOURS, NINE_HOURS)) for _ in range(3)]
    devices[0].write(1, {"content": "first", "tag:a": 0}, "save")
    for other in devices[1:]:
        other.known.update(devices[0].known)
    for wall in range(2, steps):
        device = chance.choice(devices)
        if chance.random() < 0.1:
            device.skew = chance.randint(-NINE_HOURS, NINE_HOURS)
        if chance.random() < purges:
            device.write(wall, None, PURGE)
        elif chance.random() < 0.5:
            device.write(wall, _random_patch(chance, wall))
        else:
            device.receive(chance.choice(devices), chance)
    return devices


def _random_patch(chance: random.Random, wall: int) -> dict[str, object]:
    field = chance.choice(("content", "tag:a", "tag:b", "meta:k", "deleted", "summary"))
    if field == "deleted":
        return {"deleted": chance.choice((True, None))}
    if field.startswith("tag:"):
        return {field: chance.choice((0, 1, None)), "deleted": None}
    return {field: f"{field} {wall}", "deleted": None}


def union(devices: list[Device]) -> list[Change]:
    """Everything that any device knows, as a hub would deliver it."""
    return list({one.id: one for device in devices for one in device.known.values()}.values())


seeds = st.integers(0, 2**32)


@given(seeds, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_devices_that_know_the_same_agree(seed: int, chance: random.Random) -> None:
    """However the changes arrive, in whatever order and however often, the fold of the set is the same."""
    everything = union(histories(seed, purges=0.02))
    expected = fold(everything)
    shuffled = [*everything, *chance.choices(everything, k=5)]
    chance.shuffle(shuffled)
    assert fold(shuffled) == expected


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_a_device_sees_its_own_write(seed: int) -> None:
    """Right after a write its fields are current on that device, whatever its clock says and whatever arrived."""
    for device in histories(seed):
        device.write(1, {"content": "mine", "tag:mine": 0, "deleted": None})
        fields = fold(device.known.values()).fields
        assert (fields["content"], fields["tag:mine"], fields["deleted"]) == ("mine", 0, None)


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_the_current_value_is_by_a_write_that_nobody_knew_of_when_writing_the_field(seed: int) -> None:
    """No field shows a value that a later writer of the field had seen and replaced."""
    everything = union(histories(seed))
    ordered = causal_order(everything)
    fields = fold(everything).fields
    for name, current in fields.items():
        writers = [one for one in ordered if one.patch and name in one.patch]
        maximal = [
            one for one in writers if not {later.id for later in writers} & descendants(ordered, [one.id])
        ]
        winner = max(maximal, key=lambda one: (one.clock, one.id))
        assert winner.patch
        assert winner.patch[name] == current


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_no_concurrent_text_is_lost_silently(seed: int) -> None:
    """Two texts that did not know of each other are a conflict, and the current one is named first."""
    everything = union(histories(seed))
    ordered = causal_order(everything)
    writers = [one for one in ordered if one.patch and "content" in one.patch]
    maximal = {one.id for one in writers if not {w.id for w in writers} & descendants(ordered, [one.id])}
    folded = fold(everything)
    texts = {str(one.patch["content"]) for one in writers if one.id in maximal and one.patch}
    assert set(folded.conflicts.get("content", ())) == (maximal if len(texts) > 1 else set())
    if len(texts) > 1:
        current = next(one for one in writers if one.id == folded.conflicts["content"][0])
        assert current.patch
        assert current.patch["content"] == folded.fields["content"]


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_parents_come_before_children(seed: int) -> None:
    """The causal order never puts a change before one that it descends from."""
    ordered = causal_order(union(histories(seed)))
    place = {one.id: at for at, one in enumerate(ordered)}
    assert all(place[p] < place[one.id] for one in ordered for p in one.parents if p in place)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_an_erasure_absorbs_everything(seed: int) -> None:
    """Once erased anywhere, a subject has no fields, whatever else was written before, after or beside it."""
    devices = histories(seed)
    devices[0].write(1, None, PURGE)
    devices[1].write(10**9, {"content": "later"})
    folded = fold(union(devices))
    assert (folded.fields, folded.purged, folded.visible) == ({}, True, False)


def test_descent_beats_the_clock() -> None:
    """An edit on a device whose clock was set back still replaces what it was made on."""
    first = change("a", 1000, {"content": "old"})
    edit = change("b", 5, {"content": "new"}, "a")
    assert fold([edit, first]).fields["content"] == "new"


def test_the_clock_orders_concurrent_writes() -> None:
    """Between two that knew nothing of each other the later clock is current, and both are named."""
    root = change("a", 1, {"content": "root"})
    left, right = change("b", 7, {"content": "left"}, "a"), change("c", 9, {"content": "right"}, "a")
    folded = fold([root, left, right])
    assert folded.fields["content"] == "right"
    assert folded.conflicts == {"content": ("c", "b")}
    assert folded.heads == ("b", "c")


def test_concurrent_writes_of_different_fields_merge() -> None:
    """A tag added here and a tag added there are both there, without a conflict."""
    root = change("a", 1, {"content": "root", "tag:x": 0})
    left, right = change("b", 7, {"tag:left": 1}, "a"), change("c", 9, {"tag:right": 1, "tag:x": None}, "a")
    folded = fold([root, left, right])
    assert folded.fields == {"content": "root", "tag:x": None, "tag:left": 1, "tag:right": 1}
    assert folded.conflicts == {}


def test_the_same_text_twice_is_no_conflict() -> None:
    """Two devices that wrote the same agree."""
    root = change("a", 1, {"content": "root"})
    folded = fold([root, change("b", 2, {"content": "x"}, "a"), change("c", 3, {"content": "x"}, "a")])
    assert folded.conflicts == {}


def test_a_write_on_both_heads_resolves_a_conflict() -> None:
    """Whoever has seen both texts and writes ends the conflict."""
    root = change("a", 1, {"content": "root"})
    left, right = change("b", 2, {"content": "l"}, "a"), change("c", 3, {"content": "r"}, "a")
    folded = fold([root, left, right, change("d", 1, {"content": "both"}, "b", "c")])
    assert (folded.fields["content"], folded.conflicts, folded.heads) == ("both", {}, ("d",))


def test_a_deletion_does_not_swallow_a_concurrent_edit() -> None:
    """An edit says that the memory is there, so a deletion beside it is a conflict and not the end."""
    root = change("a", 1, {"content": "root"})
    gone, edit = (
        change("b", 2, {"deleted": True}, "a"),
        change("c", 3, {"content": "x", "deleted": None}, "a"),
    )
    folded = fold([root, gone, edit])
    assert folded.visible
    assert folded.conflicts == {"deleted": ("c", "b")}


def test_nothing_is_visible_before_its_content_arrives() -> None:
    """An edit whose first change is still on its way shows nothing."""
    assert not fold([change("b", 2, {"summary": "s"}, "a")]).visible


def test_the_fold_of_nothing() -> None:
    """No changes amount to nothing, without an error."""
    folded = fold([])
    assert (folded.fields, folded.heads, folded.root, folded.visible) == ({}, (), None, False)


def test_a_circle_of_parents_ends() -> None:
    """Changes that claim to descend from each other are forged; they are still put in an order, each once."""
    circle = [change("a", 1, {"content": "x"}, "b"), change("b", 2, {"content": "y"}, "a")]
    assert [one.id for one in causal_order(circle)] == ["a", "b"]
    assert fold(circle).fields["content"] in {"x", "y"}


def test_descendants_are_found_through_changes_in_between() -> None:
    """Who descends from whom goes through any number of steps, and not sideways."""
    chain = [change("a", 1, {}), change("b", 2, {}, "a"), change("c", 3, {}, "b"), change("x", 2, {}, "a")]
    assert descendants(causal_order(chain), ["b"]) == {"c"}
    assert descendants(causal_order(chain), ["a"]) == {"b", "c", "x"}


def test_a_long_linear_history_folds_quickly() -> None:
    """Two thousand edits one after the other are folded to the last one."""
    chain = [change("0", 0, {"content": "0"})]
    chain += [change(str(n), n, {"content": str(n)}, str(n - 1)) for n in range(1, 2000)]
    assert all(one.id == two.parents[0] for one, two in pairwise(chain))
    assert fold(reversed(chain)).fields["content"] == "1999"
