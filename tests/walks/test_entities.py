"""Entities as people meet them: knowledge that grows over memories, put together and renamed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.entity import Knowledge
from contextfs.errors import EntityNotFound, InvalidInput
from contextfs.settings import Settings


def record(**fields: object) -> dict[str, object]:
    return {"record": "pact", **fields}


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[ContextFS]:
    settings = Settings(data_dir=str(tmp_path / "data"), environ={})
    with ContextFS(settings=settings, namespace="shop", cwd=str(tmp_path)) as found:
        found.save(
            "Research for the gateway. AuthService will use the Redis Cluster.",
            type="episodic",
            created_at="2026-01-01",
            structured=record(
                entities=[
                    {"name": "AuthService", "type": "service", "notes": "To be created"},
                    {"name": "Redis Cluster", "type": "infrastructure", "notes": "Exists already"},
                ],
                decisions=[
                    {"decision": "AuthService signs with RS256", "rationale": "clients verify offline"}
                ],
            ),
        )
        found.save(
            "AuthService delegates to TokenManager.",
            type="episodic",
            created_at="2026-02-01",
            structured=record(
                entities=[{"name": "AuthService", "type": "service", "notes": "Lost its token code"}]
            ),
        )
        found.save("The auth service must never log tokens.", type="decision", created_at="2026-03-01")
        found.save("Calls of `auth_service` time out after 5 s.", type="error", created_at="2026-04-01")
        found.save("`LoginService` answers on port 8443.", type="fact", created_at="2026-05-01")
        found.save("Nothing of the kind.", type="fact")
        yield found


def told(found: Knowledge) -> dict[str, object]:
    return {"notes": [note.text for note in found.notes], "memories": len(found.memories)}


@pytest.mark.parametrize("name", ["AuthService", "auth service", "auth_service", "src/auth/auth_service.py"])
def test_knowledge_is_gathered_whatever_the_spelling(ctx: ContextFS, name: str) -> None:
    """Notes come oldest first, decisions include those inside records, memories all that name it in any spelling."""
    found = ctx.entities.show(name)
    assert (found.name, found.type) == ("AuthService", "service")
    assert told(found) == {"notes": ["To be created", "Lost its token code"], "memories": 4}
    assert [str(one.memory.type) for one in found.decisions] == ["decision", "episodic"]
    assert set(found.aliases) == {"auth service", "auth_service"}


def test_relations_come_with_the_memories_that_say_so(ctx: ContextFS) -> None:
    """What a sentence states is a relation of its kind, what merely stands together another, each with its source."""
    found = {(one.kind, one.other): one.memories for one in ctx.entities.show("AuthService").relations}
    delegating = next(one.id for one in ctx.list_recent() if "delegates" in one.content)
    assert found["depends on", "TokenManager"] == [delegating]
    assert ("mentioned with", "Redis Cluster") in found
    assert ("needed by", "AuthService") in {
        (one.kind, one.other) for one in ctx.entities.show("TokenManager").relations
    }


def test_merging_puts_two_names_together_and_undo_takes_them_apart(ctx: ContextFS) -> None:
    """After a merge either name finds everything; after undo each finds its own again."""
    merged = ctx.entities.merge("AuthService", "LoginService")
    assert len(merged.memories) == 5
    assert ctx.entities.show("login_service") == merged
    with pytest.raises(InvalidInput, match="one entity already"):
        ctx.entities.merge("auth service", "LoginService")
    ctx.undo()
    assert len(ctx.entities.show("LoginService").memories) == 1
    assert len(ctx.entities.show("AuthService").memories) == 4


def test_a_renamed_entity_is_found_by_both_names(ctx: ContextFS) -> None:
    """A new name is shown everywhere, the old one still finds it, and a taken name is refused."""
    ctx.entities.merge("AuthService", "LoginService")
    renamed = ctx.entities.rename("login_service", "IdentityService", type="platform")
    assert (renamed.name, renamed.type, len(renamed.memories)) == ("IdentityService", "platform", 5)
    assert ctx.entities.show("auth service").name == "IdentityService"
    assert ctx.entities.list(limit=1)[0].name == "IdentityService"
    ctx.entities.rename("TokenManager", "TokenKeeper")
    with pytest.raises(InvalidInput, match="another entity already"):
        ctx.entities.rename("TokenManager", "IdentityService")


def test_entities_are_listed_by_how_much_is_known(ctx: ContextFS) -> None:
    """The list puts spellings together, says the type that records give, and can be cut to one type."""
    found = ctx.entities.list()
    assert (found[0].name, found[0].type) == ("AuthService", "service")
    assert [one.name for one in ctx.entities.list(type="infrastructure")] == ["Redis Cluster"]


def test_a_name_that_nobody_uses_is_named_with_the_nearest(ctx: ContextFS) -> None:
    """An unknown name is an error that proposes a known one; a name of nothing is refused."""
    with pytest.raises(EntityNotFound) as caught:
        ctx.entities.show("AuthServise")
    assert "AuthService" in caught.value.hint
    with pytest.raises(InvalidInput):
        ctx.entities.show("  ")


def test_hidden_memories_say_nothing(ctx: ContextFS) -> None:
    """Deleted and archived memories, and those of other namespaces, add nothing to what is known."""
    for memory in ctx.list_recent():
        if "LoginService" in memory.content:
            ctx.delete(memory.id)
    ctx.save("`LoginService` of the neighbours.", namespace="elsewhere")
    with pytest.raises(EntityNotFound):
        ctx.entities.show("LoginService")


def test_the_commands_print_and_give_json(ctx: ContextFS, tmp_path: Path) -> None:
    """`entity list|show|merge|rename` work on the same store, as text and as JSON."""
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(tmp_path / "data"), "CONTEXTFS_NAMESPACE": "shop"}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "contextfs", "entity", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, env=environ, cwd=tmp_path
        ).stdout

    assert "AuthService [service]" in run("list")
    text = run("show", "auth", "service")
    assert "AuthService (service)" in text
    assert "  - Lost its token code" in text
    assert "depends on TokenManager" in text
    assert "LoginService is now AuthService" in run("merge", "AuthService", "LoginService")
    document = json.loads(run("rename", "AuthService", "IdentityService", "--json"))
    assert document["name"] == "IdentityService"
    assert len(document["memories"]) == 5
