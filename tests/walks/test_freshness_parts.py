"""Parts of files that memories cite: what happened to them, told apart from what happened to the rest of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.walks.lane import CODE, Lane

from contextfs.domain.citation import FIELD
from contextfs.domain.memory import Draft

HOOKS = "src/hooks.py"
SEND, RETRY, LINES = f"{HOOKS}::send", f"{HOOKS}::retry", f"{HOOKS}:4-8"
FRESH = ("fresh", "", 0)
OTHER_RETRY = CODE.replace("return -1", "raise OSError")


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A repository with one commit on main."""
    return Lane(tmp_path / "hooks", tmp_path / "data").started()


def commits(lane: Lane, memory_id: str) -> dict[str, list[str]]:
    """Place -> the subjects of the commits behind its state."""
    with lane.ctx as ctx:
        return {one.place: [each.subject for each in one.commits] for one in ctx.freshness(memory_id).cited}


# ── renamed and changed ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_moved_and_changed_is_both(lane: Lane) -> None:
    """A file that was renamed and changed is stale in what changed, and only moved in what did not."""
    saved = lane.save(
        "src/hooks.py::retry gives up, src/hooks.py::send returns a remainder, src/hooks.py:4-8 loops"
    )
    whole = lane.save("All that is sent goes through src/hooks.py")
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("a better name", **{"sent.py": OTHER_RETRY})
    assert lane.cited(saved) == {
        RETRY: ("changed", "sent.py::retry", 1),
        SEND: ("moved", "sent.py::send", 1),
        LINES: ("changed", "sent.py:4-8", 1),
    }
    assert lane.marks(whole) == ("src/hooks.py moved to sent.py and changed: 1 commit since",)


@pytest.mark.parametrize("renamed_first", [False, True])
def test_in_whatever_order(lane: Lane, *, renamed_first: bool) -> None:
    """A change in a commit before or after the rename is found as well, and by its commit."""
    saved = lane.save("src/hooks.py::retry gives up")
    if not renamed_first:
        lane.commit("retry harder", **{HOOKS: OTHER_RETRY})
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("a better name")
    if renamed_first:
        lane.commit("retry harder", **{"sent.py": OTHER_RETRY})
    assert lane.cited(saved) == {RETRY: ("changed", "sent.py::retry", 1)}
    assert commits(lane, saved) == {RETRY: ["retry harder"]}


def test_only_what_is_the_same_is_certain(lane: Lane) -> None:
    """What moved and changed is never made fresh unasked; who is asked gives it its new place and confirms it."""
    lane.save("src/hooks.py::retry gives up")
    lane.git("mv", HOOKS, "sent.py")
    lane.commit("a better name", **{"sent.py": OTHER_RETRY})
    with lane.ctx as ctx:
        (fix,) = ctx.fixes(ctx.verify())
        assert not fix.certain
        (fixed,) = ctx.fix([fix])
        assert fixed.content == "sent.py::retry gives up"
        assert ctx.verify() == []
        ctx.undo()
        assert [one.state for one in ctx.verify()] == ["changed"]


def test_a_symbol_that_went_elsewhere_and_changed(lane: Lane) -> None:
    """A definition that another file has in another form has moved and changed."""
    saved = lane.save("src/hooks.py::send returns a remainder")
    head, tail = CODE.split("def send")
    lane.commit(
        "apart", **{HOOKS: head, "src/sending.py": "import os\n\n\ndef send" + tail.replace("2", "3")}
    )
    assert lane.cited(saved) == {SEND: ("changed", "src/sending.py::send", 1)}


def test_a_symbol_that_is_named_beside_its_file_is_fixed_for_good(lane: Lane) -> None:
    """After its new place was taken, the old one is not asked about again."""
    saved = lane.save("`send()` in src/hooks.py returns a remainder")
    head, tail = CODE.split("def send")
    lane.commit("apart", **{HOOKS: head, "src/sending.py": "import os\n\n\ndef send" + tail})
    with lane.ctx as ctx:
        ctx.fix(ctx.fixes(ctx.verify()))
        assert ctx.verify() == []
    assert lane.cited(saved) == {"src/sending.py::send": FRESH}


# ── not committed when it was saved ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [f"{SEND} returns x", "`send()` in src/hooks.py returns x"])
def test_a_part_of_a_file_that_was_never_committed_as_it_was(lane: Lane, text: str) -> None:
    """Saved in the middle of the work: what nobody touched afterwards is fresh, what somebody touched is not."""
    lane.write(**{HOOKS: OTHER_RETRY})
    send, retry = lane.save(text), lane.save(f"{RETRY} raises")
    lines = lane.save("The end of it is src/hooks.py:11-12")
    lane.commit("another error", **{HOOKS: "\n" + OTHER_RETRY.replace("OSError", "ValueError")})
    assert lane.cited(send) == {SEND: FRESH}
    assert lane.cited(retry) == {RETRY: ("changed", "", 1)}
    assert lane.cited(lines) == {f"{HOOKS}:11-12": ("moved", f"{HOOKS}:12-13", 1)}


def test_a_part_of_a_file_that_was_new(lane: Lane) -> None:
    """The same holds for a file that git did not know yet."""
    lane.write(**{"src/new.py": CODE})
    saved = lane.save("src/new.py::send returns a remainder")
    lane.commit("more of it", **{"src/new.py": OTHER_RETRY})
    assert lane.cited(saved) == {"src/new.py::send": FRESH}


@pytest.mark.parametrize("place", [SEND, f"{HOOKS}:11-12"])
def test_a_record_of_whole_files_is_of_the_part(lane: Lane, place: str) -> None:
    """Where the log has only the file of a part that is cited, the rest of that file does not count either."""
    saved = lane.save(f"{place} returns a remainder")
    blob = lane.git("rev-parse", f"HEAD:{HOOKS}")
    with lane.ctx as ctx:
        patch = {f"{FIELD}{place}": None, FIELD + HOOKS: blob}
        ctx._engine.door.write("update", "ada", lambda _: {saved: patch}, screened=False)
    assert lane.cited(saved) == {place: FRESH}
    text = CODE.replace("return -1", "return -2")
    lane.commit("give up differently", **{HOOKS: text})
    assert lane.cited(saved) == {place: FRESH}
    lane.commit("send differently", **{HOOKS: text.replace("attempt + 2", "attempt + 3")})
    assert lane.cited(saved) == {place: ("changed", "", 1)}


# ── what never was ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dirty", [False, True])
def test_what_never_was_is_not_attested(lane: Lane, *, dirty: bool) -> None:
    """A symbol or lines that the file does not have are unknown from the first, and the save says so."""
    if dirty:
        lane.write(**{HOOKS: OTHER_RETRY})
    with lane.ctx as ctx:
        told = ctx.put(Draft("src/hooks.py::nosuch goes on in src/hooks.py:900-950", tags=["x"]))
        assert told.advice == (
            f"Not there, so nobody can tell when it changes: {HOOKS}::nosuch, {HOOKS}:900-950.",
        )
    states = {f"{HOOKS}::nosuch": ("unknown", "", 0), f"{HOOKS}:900-950": ("unknown", "", 0)}
    assert lane.cited(told.memory.id) == states
    lane.commit("more of it", **{HOOKS: CODE + "\nLAST = 1\n"})
    assert lane.cited(told.memory.id) == states
    with lane.ctx as ctx:
        assert ctx.fixes(ctx.verify()) == []


@pytest.mark.parametrize("dirty", [False, True])
def test_a_heading_that_never_was(lane: Lane, *, dirty: bool) -> None:
    """A heading that the document does not have is unknown from the first, and the save says so."""
    if dirty:
        lane.write(**{"README.md": "# Hooks\n\nMore.\n"})
    with lane.ctx as ctx:
        told = ctx.put(Draft("README.md#nothing-here explains it", tags=["x"]))
    assert told.advice == ("Not there, so nobody can tell when it changes: README.md#nothing-here.",)
    assert lane.cited(told.memory.id) == {"README.md#nothing-here": ("unknown", "", 0)}
    lane.commit("most", **{"README.md": "# Hooks\n\nMost.\n"})
    assert lane.cited(told.memory.id) == {"README.md#nothing-here": ("unknown", "", 0)}


def test_given_files_keep_their_lines_and_have_to_be_there(lane: Lane) -> None:
    """`--file hooks.py:6-9` cites these lines; a file that is not there is pointed out."""
    with lane.ctx as ctx:
        given = ["src/hooks.py:4-8", "nothere.py"]
        told = ctx.put(Draft("It tries again and again until the count is reached", tags=["x"], files=given))
        assert told.advice == ("Not there, so nobody can tell when it changes: nothere.py.",)
    assert lane.cited(told.memory.id) == {LINES: FRESH}
    lane.commit("send differently", **{HOOKS: "# it\n" + CODE.replace("attempt + 2", "attempt + 3")})
    assert lane.cited(told.memory.id) == {LINES: ("moved", f"{HOOKS}:5-9", 1)}
    with lane.ctx as ctx:
        ctx.fix(ctx.fixes(ctx.verify()))
    assert lane.cited(told.memory.id) == {f"{HOOKS}:5-9": FRESH}


@pytest.mark.parametrize("dirty", [False, True])
def test_given_files_keep_their_symbols_and_headings(lane: Lane, *, dirty: bool) -> None:
    """`--file hooks.py::send` and `--file notes.md#loop` cite these, as they do in the text."""
    lane.commit("notes", **{"notes.md": "# Notes\n\n## Loop\n\nIt loops.\n\n## Other\n"})
    if dirty:
        lane.write(**{HOOKS: OTHER_RETRY, "notes.md": "## Loop\n\nIt loops.\n\n## Other\n\nLess.\n"})
    with lane.ctx as ctx:
        given = [SEND, "notes.md#Loop"]
        told = ctx.put(Draft("It tries again and again until the count is reached", tags=["x"], files=given))
    assert (told.advice, list(told.memory.files)) == ((), [HOOKS, "notes.md"])
    lane.commit("other places", **{HOOKS: "# it\n" + CODE, "notes.md": "## Loop\n\nIt loops.\n\n## More\n"})
    assert lane.cited(told.memory.id) == {SEND: FRESH, "notes.md#loop": FRESH}
    lane.commit(
        "both", **{HOOKS: CODE.replace("attempt + 2", "7"), "notes.md": "## Loop\n\nNo.\n\n## More\n"}
    )
    states = {SEND: ("changed", "", 1), "notes.md#loop": ("changed", "", 1)}
    assert lane.cited(told.memory.id) == states
    with lane.ctx as ctx:
        ctx.fix(ctx.fixes(ctx.verify()))
        assert ctx.verify() == []


def test_given_symbols_have_to_be_there(lane: Lane) -> None:
    """A symbol that a given file does not have is pointed out, and unknown from then on."""
    with lane.ctx as ctx:
        told = ctx.put(
            Draft(
                "It tries again and again until the count is reached", tags=["x"], files=[f"{HOOKS}::nosuch"]
            )
        )
    assert told.advice == (f"Not there, so nobody can tell when it changes: {HOOKS}::nosuch.",)
    assert lane.cited(told.memory.id) == {f"{HOOKS}::nosuch": ("unknown", "", 0)}


def test_a_value_is_a_part_too(lane: Lane) -> None:
    """A constant is compared by the lines that give it its value."""
    text = CODE + "\n\nLIMITS = {\n    'most': 3,\n}\n"
    lane.commit("limits", **{HOOKS: text})
    saved = lane.save("src/hooks.py::LIMITS says how much")
    lane.commit("other things", **{HOOKS: "# it\n" + text})
    assert lane.cited(saved) == {f"{HOOKS}::LIMITS": FRESH}
    lane.commit("more", **{HOOKS: text.replace("3", "4")})
    assert lane.cited(saved) == {f"{HOOKS}::LIMITS": ("changed", "", 1)}


# ── how a place may be written ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("[the hooks](src/hooks.py) send", HOOKS),
        ("{root}/src/hooks.py sends", HOOKS),
        ("[loop]({root}/src/hooks.py#L4-L8) sends", LINES),
        ("src/hooks.py:L4-L8 sends", LINES),
        ("the `retry` function in src/hooks.py", RETRY),
        ("src/hooks.py: function retry gives up", RETRY),
        ("the targets of Makefile", "Makefile"),
        ("notes.md#the-loop explains it", "notes.md#the-loop"),
        ("hooks.py:4-8 as seen from here", LINES),
        ("hooks.py::retry as seen from here", RETRY),
    ],
)
@pytest.mark.parametrize("dirty", [False, True])
def test_a_place_in_whatever_form(lane: Lane, written: str, place: str, *, dirty: bool) -> None:
    """Links, absolute paths, names from the current directory, quoted names and headings are citations."""
    notes = "# Notes\n\n## The loop\n\nIt loops.\n\n## Other\n\nNothing.\n"
    lane.commit("more", **{"Makefile": "all:\n", "notes.md": notes})
    if dirty:
        lane.write(**{HOOKS: "# a\n" + CODE, "notes.md": notes + "More.\n", "Makefile": "most:\n"})
        lane.write(**{HOOKS: CODE.replace("attempt + 2", "attempt + 7")})
    saved = lane.within("src").save(written.format(root=lane.root))
    known = lane.cited(saved)
    assert set(known) - {place} <= {HOOKS}
    assert set(known.values()) == {FRESH}
    lane.commit(
        "all of it",
        **{HOOKS: OTHER_RETRY, "Makefile": "none:\n", "notes.md": notes.replace("It loops", "No loop")},
    )
    assert lane.cited(saved) == {place: ("changed", "", 1)}


def test_other_parts_of_a_document_do_not_count(lane: Lane) -> None:
    """What stands below a heading is compared by itself."""
    notes = "# Notes\n\n## The loop\n\nIt loops.\n\n## Other\n\nNothing.\n"
    lane.commit("notes", **{"notes.md": notes})
    saved = lane.save("notes.md#the-loop explains it")
    lane.commit("other", **{"notes.md": notes.replace("Nothing", "Something")})
    assert lane.cited(saved) == {"notes.md#the-loop": FRESH}


def test_a_place_is_replaced_as_it_was_written(lane: Lane) -> None:
    """A new place goes where the old one stood in the text, in whatever form."""
    saved = lane.save("The [loop](src/hooks.py#L4-L8) tries again, src/hooks.py#L11-L12 sends.")
    lane.commit("a heading", **{HOOKS: "# sending\n" + CODE})
    with lane.ctx as ctx:
        ctx.fix(ctx.fixes(ctx.verify()))
        assert (
            ctx.recall(saved).content == "The [loop](src/hooks.py:5-9) tries again, src/hooks.py:12-13 sends."
        )
        assert ctx.verify() == []
