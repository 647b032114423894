"""Secrets are refused on every way in, and never on the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contextfs import ContextFS, Draft
from contextfs.errors import SecretRefused
from contextfs.settings import Settings

SECRET = "AKIA" + "Q3EGSMXAWVRT7Y2K"
URL = "postgres://admin:" + "hunter2isnotsafe" + "@db.internal:5432/app"
KEY = "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n"
GOOD = "The staging database is reachable only through the bastion host"


@pytest.fixture
def ctx(tmp_path: Path) -> ContextFS:
    """An empty store."""
    return ContextFS(settings=Settings(data_dir=str(tmp_path), environ={}), namespace="team", cwd="/")


WAYS: dict[str, Callable[[ContextFS, str], object]] = {
    "save": lambda ctx, _: ctx.save(f"The key is {SECRET}"),
    "save, a password in an address": lambda ctx, _: ctx.save(f"Connect to {URL} for staging"),
    "save, a private key": lambda ctx, _: ctx.save(f"Deploy with\n{KEY}"),
    "save, summary": lambda ctx, _: ctx.save("x y z", summary=f"key {SECRET}"),
    "save, metadata": lambda ctx, _: ctx.save("x y z", metadata={"deep": {"er": [f"key {SECRET}"]}}),
    "save, structured": lambda ctx, _: ctx.save("x y z", structured={"context": URL}),
    "save, project": lambda ctx, _: ctx.save("x y z", project=SECRET),
    "put": lambda ctx, _: ctx.put(Draft(f"The key is {SECRET}")),
    "save_many": lambda ctx, _: ctx.save_many(["harmless", f"The key is {SECRET}"]),
    "update, content": lambda ctx, name: ctx.update(name, content=f"The key is {SECRET}"),
    "update, summary": lambda ctx, name: ctx.update(name, summary=f"key {SECRET}"),
    "update, metadata": lambda ctx, name: ctx.update(name, metadata={"key": SECRET}),
    "update, structured": lambda ctx, name: ctx.update(name, structured={"why": URL}),
    "update, owner": lambda ctx, name: ctx.update(name, owner=SECRET),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_is_refused_on_every_way_in(ctx: ContextFS, way: str) -> None:
    """The refusal names what was seen and how to go on, and nothing at all is written."""
    name = ctx.save(GOOD).id
    before = ctx.log(100)
    with pytest.raises(SecretRefused) as raised:
        WAYS[way](ctx, name)
    assert SECRET not in raised.value.message
    assert "hunter2isnotsafe" not in raised.value.message
    assert raised.value.hint
    assert ctx.log(100) == before
    assert ctx.recall(name).content == GOOD


def test_a_refused_batch_writes_none_of_it(ctx: ContextFS) -> None:
    """One secret among many drafts keeps the whole batch out, also when it stands far behind."""
    drafts = [f"Harmless fact number {n} about service {n}" for n in range(60)]
    with pytest.raises(SecretRefused):
        ctx.save_many([*drafts, f"The key is {SECRET}"])
    assert ctx.list_recent() == []


def test_what_was_allowed_once_may_be_moved_restored_and_undone(ctx: ContextFS) -> None:
    """Whoever let a secret in on purpose is not refused when going back to it or changing something else."""
    memory = ctx.save(f"An example key is {SECRET}", allow_secret=True)
    ctx.update(memory.id, tags=["example"])
    ctx.update(memory.id, content=GOOD)
    assert SECRET in ctx.undo().memories[0].content
    ctx.delete(memory.id)
    assert SECRET in ctx.restore(memory.id).content
    assert ctx.namespaces.rename("team", "crew") == 1
    assert SECRET in ctx.archive(memory.id).content


def test_the_setting_turns_the_gate_off(ctx: ContextFS) -> None:
    """With `secrets.refuse` off nothing is refused, as somebody decided who keeps no secrets there."""
    ctx.settings.set("secrets.refuse", "false")
    assert SECRET in ctx.save(f"The key is {SECRET}").content
