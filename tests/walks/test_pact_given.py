"""What people give to records, rightly or wrongly: paths, ids, tags, placeholders, names spelled in two ways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contextfs import ContextFS
from contextfs.errors import InvalidInput, SecretRefused
from contextfs.pact import PactMemory

if TYPE_CHECKING:
    from conftest import CommandLine


@pytest.fixture
def memory(tmp_path: Path) -> PactMemory:
    return PactMemory(tmp_path / "data", "shop")


def save(memory: PactMemory, **fields: Any) -> str:
    return memory.save(
        {"context": "Chose how parcels are sent from Hamburg", **fields}, include_tracked=False
    )


def test_only_the_decisions_that_answer_are_shown(memory: PactMemory) -> None:
    """Of a record with two decisions the one that is asked for comes, and not the other."""
    save(
        memory,
        decisions=[
            {"decision": "Send parcels with DHL", "rationale": "their lockers are everywhere"},
            {"decision": "Send pallets with UPS", "rationale": "they lift them"},
        ],
    )
    assert [one.decision for one in memory.decisions("DHL")] == ["Send parcels with DHL"]
    assert len(memory.decisions()) == 2


def test_entities_are_found_by_any_spelling_the_exact_one_first(memory: PactMemory) -> None:
    """The name that was asked for stands before longer ones, and underscores find humps."""
    for number in (179, 178, 17):
        save(memory, goal=f"Move part {number}", entities=[f"Comp{number}", f"Comp{number}Old"])
    save(memory, goal="Ship", entities=["ShippingAPI"])
    assert memory.entities("comp 17")[0].name == "Comp17"
    assert [one.name for one in memory.entities("shipping_api")] == ["ShippingAPI"]
    assert len(memory.entities()) == 7


def test_two_spellings_in_one_record_are_one_entity(memory: PactMemory) -> None:
    """The first spelling is kept with the notes of both; files of one name stay two."""
    listed = [
        {"name": "InvoiceExporter", "notes": "writes PDF"},
        {"name": "invoice exporter", "type": "class", "notes": "runs at night"},
        {"name": "src/a/index.ts"},
        {"name": "src/b/index.ts"},
    ]
    record = memory.get(save(memory, entities=listed))
    assert record is not None
    assert [one.name for one in record.entities] == ["InvoiceExporter", "src/a/index.ts", "src/b/index.ts"]
    assert record.entities[0][1:] == ("class", "writes PDF\nruns at night")


def test_paths_may_be_path_objects(memory: PactMemory) -> None:
    """A Path is taken wherever a text of one is."""
    one = memory.get(save(memory, files=[Path("src/x.py")]))
    assert one is not None and one.files == ["src/x.py"]
    changed = memory.update(one, {"files": [Path("src/y.py")]})
    assert changed.files == ["src/x.py", "src/y.py"]


def test_changes_that_change_nothing_are_refused(memory: PactMemory) -> None:
    """An empty change and another id are errors; the record's own id may be given along."""
    identity = save(memory)
    with pytest.raises(InvalidInput, match="no change"):
        memory.update(identity, {})
    with pytest.raises(InvalidInput, match="cannot be changed to 'zzz'"):
        memory.update(identity, {"id": "zzz", "goal": "x"})
    assert memory.update(identity, {"id": identity, "goal": "Speed"}).goal == "Speed"


@pytest.mark.parametrize("wrong", [None, 5, b"x"])
def test_a_question_is_a_text(memory: PactMemory, wrong: Any) -> None:
    """Anything else is refused with what it is."""
    with pytest.raises(InvalidInput, match=type(wrong).__name__):
        memory.search(wrong)


def test_new_tags_leave_those_that_a_record_has_by_itself(memory: PactMemory) -> None:
    """`update --tags` replaces what somebody added; the record stays one of its phase."""
    identity = save(memory, phase="code")
    memory.front.update(identity, tags=["billing"])
    memory.front.update(identity, tags=["parcels"])
    assert set(memory.front.recall(identity).tags) == {"pact", "phase/code", "parcels"}
    assert len(memory.list()) == 1


@pytest.mark.parametrize(
    ("why", "good"),
    [
        *(("It is smaller", True), ("fast", True), ("The team knows it", True), ("cheaper than S3", True)),
        *(("TBD", False), ("n/a", False), ("because", False), ("-", False), ("It is better", False)),
    ],
)
def test_a_short_reason_is_one_and_a_placeholder_is_none(memory: PactMemory, why: str, good: bool) -> None:
    """Advice asks for a reason only where there is none."""
    save(memory, decisions=[{"decision": "Store parcels in SQLite", "rationale": why}])
    assert any("without its reason" in line for line in memory.advice) is not good


def test_the_same_secret_is_named_once(memory: PactMemory) -> None:
    """Its places are listed behind it."""
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    with pytest.raises(SecretRefused) as caught:
        memory.save({"context": f"The token is {token}"}, include_tracked=False)
    assert caught.value.message.count("GitHub token") == 1
    assert "structured.context" in caught.value.message


def test_undo_says_which_names_it_took_apart(memory: PactMemory) -> None:
    """After a merge undo names the entity instead of an id that nobody has seen."""
    ctx: ContextFS = memory.front
    ctx.save("AuthService starts slowly.", type="fact")
    ctx.save("LoginService answers.", type="fact")
    ctx.entities.merge("AuthService", "LoginService")
    undone = ctx.undo()
    assert (undone.gone, list(undone.entities)) == ([], ["AuthService (auth service, login service)"])


def test_the_name_of_a_file_is_met_with_how_to_read_it(cli: CommandLine) -> None:
    """`pact save record.json` says what to type instead."""
    refused = cli.run("pact", "save", "record.json")
    assert refused.code != 0
    assert "- < record.json" in refused.err
