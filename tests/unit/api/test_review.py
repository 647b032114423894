"""The round: what it finds, and what each answer does."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.api import acting
from contextfs.domain.rounds import KINDS, ReviewItem
from contextfs.errors import InvalidInput, MemoryNotFound, SecretRefused
from contextfs.settings import Settings

NOW = datetime.now(UTC)
TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"


def git(place: Path, *args: str) -> None:
    """Run git as somebody."""
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *args], cwd=place, check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[ContextFS]:
    """A store seen from a repository with a Makefile and a module."""
    place = tmp_path / "app"
    (place / "src").mkdir(parents=True)
    (place / "src" / "hooks.py").write_text("def retry():\n    return 3\n")
    (place / "Makefile").write_text("seed:\n\techo seed\n")
    git(place, "init", "-q")
    git(place, "add", ".")
    git(place, "commit", "-qm", "first")
    settings = Settings(data_dir=str(tmp_path / "data"), environ={})
    with ContextFS(settings=settings, cwd=str(place)) as found:
        yield found


def only(ctx: ContextFS, kind: str) -> ReviewItem:
    """The one item of a kind."""
    found = ctx.review.queue(kind)
    assert len(found) == 1, found
    return found[0]


def contradiction(ctx: ContextFS) -> None:
    ctx.save("The session timeout is 30 minutes.", created_at=NOW - timedelta(days=9))
    ctx.save("The session timeout is 15 minutes.", tags=["x"])


def duplicate(ctx: ContextFS) -> None:
    ctx.save("Webhooks are retried 5 times before they land in the dead letter table.")
    ctx.save("Webhooks are retried five times before they land in the dead letter table!", tags=["x"])


def tags(ctx: ContextFS) -> None:
    ctx.save("one", tags=["database"])
    ctx.save("two", tags=["db"])


def rationale(ctx: ContextFS) -> None:
    ctx.save("We take the blue one of both variants offered by vendors", "decision", tags=["x"])


def unread(ctx: ContextFS) -> None:
    ctx.save("an old thing", created_at=NOW - timedelta(days=100))
    ctx.save("a new thing")


def due(ctx: ContextFS) -> None:
    ctx.save("a thing to look at", review_at=NOW - timedelta(days=1))
    ctx.save("a thing for later", review_at=NOW + timedelta(days=9))


def wrong(ctx: ContextFS) -> None:
    ctx.feedback(ctx.save("a thing that is not so"), "wrong")


MAKERS: dict[str, Callable[[ContextFS], None]] = {
    "contradiction": contradiction,
    "duplicate": duplicate,
    "tags": tags,
    "rationale": rationale,
    "unread": unread,
    "due": due,
    "wrong": wrong,
}


def state(ctx: ContextFS) -> list[object]:
    """Everything that is there, without the times of changes."""
    found = ctx.list_recent(limit=100, status=("active", "deprecated", "archived"))
    with ctx._engine.store.reading() as view:
        verdicts = sorted((one.id, one.said) for one in view.verdicts())
    return [*(one._replace(updated_at=None) for one in found), *verdicts]


def test_every_kind_has_its_answers_carried_out() -> None:
    """The table of what is asked and the table of what is done are one."""
    assert set(acting._ACTS) == {(kind, verb) for kind, row in KINDS.items() for verb in row.answers}
    assert all(set(row.asks) <= set(row.answers) for row in KINDS.values())


@pytest.mark.parametrize(("kind", "verb"), [(kind, verb) for kind in MAKERS for verb in KINDS[kind].answers])
def test_an_answer_settles_its_item_and_one_undo_brings_it_back(ctx: ContextFS, kind: str, verb: str) -> None:
    """After any answer the item is gone; a dry run changes nothing; one undo restores everything."""
    MAKERS[kind](ctx)
    item = only(ctx, kind)
    assert verb in {action.verb for action in item.actions}
    text = "Said in quite other words, because of this" if verb in KINDS[kind].asks else None
    before = state(ctx)
    assert ctx.review.act(item, verb, text, dry_run=True).said.startswith("Would")
    assert state(ctx) == before
    ctx.review.act(item, verb, text)
    assert state(ctx) != before
    assert ctx.review.queue(kind) == []
    ctx.undo()
    assert state(ctx) == before
    assert only(ctx, kind).key == item.key


def test_a_replaced_pair_keeps_the_newer_one(ctx: ContextFS) -> None:
    """Rejecting a contradiction supersedes the older memory; merging near-duplicates unites their tags."""
    contradiction(ctx)
    older, newer = only(ctx, "contradiction").memories
    ctx.review.act(only(ctx, "contradiction"), "reject")
    assert ctx.recall(older.id).superseded_by == newer.id
    duplicate(ctx)
    done = ctx.review.act(only(ctx, "duplicate"), "merge")
    assert list(done.memories[0].tags) == ["x"]
    assert done.memories[1].superseded_by == done.memories[0].id


def test_an_answer_holds_until_the_text_changes(ctx: ContextFS) -> None:
    """Two memories that both hold are not shown again, until one of them says something else."""
    contradiction(ctx)
    item = only(ctx, "contradiction")
    ctx.review.act(item, "accept")
    assert ctx.review.queue() == []
    assert not ctx.contradictions().pairs
    ctx.update(item.memories[0], tags=["y"])
    assert ctx.review.queue() == []
    ctx.update(item.memories[0], "The session timeout is 40 minutes.")
    assert only(ctx, "contradiction").key == item.key


def test_what_is_due_is_asked_again_later(ctx: ContextFS) -> None:
    """Keeping it moves its date by 90 days, and an expired memory does not expire any more."""
    one = ctx.save("a thing", expires_at=NOW - timedelta(days=1), created_at=NOW - timedelta(days=5))
    item = only(ctx, "due")
    assert "expired" in item.why
    ctx.review.act(item, "accept")
    after = ctx.recall(one.id)
    assert after.expires_at is None
    assert after.review_at is not None
    assert after.review_at > NOW + timedelta(days=89)


def test_code_that_changed_is_agreed_to(repo: ContextFS) -> None:
    """A stale memory is shown with what changed; accepting cites the code as it is now."""
    one = repo.save("Retries are in src/hooks.py", tags=["x"])
    place = Path(repo.workspace.root)
    (place / "src" / "hooks.py").write_text("def retry():\n    return 5\n")
    item = only(repo, "stale")
    assert item.memories[0].id == one.id
    assert "src/hooks.py changed" in item.why
    repo.review.act(item, "accept")
    assert repo.review.queue("stale") == []
    repo.undo()
    assert only(repo, "stale").key == item.key
    (place / "src" / "hooks.py").unlink()
    assert "gone" in only(repo, "stale").why
    repo.review.act(only(repo, "stale"), "accept")
    assert repo.review.queue("stale") == []


def test_a_procedure_is_asked_about_when_what_it_runs_changes(repo: ContextFS) -> None:
    """`make seed` runs by the Makefile, though no procedure names that; accepting remembers how it is now."""
    repo.save("Seed the store:\n1. make seed\n2. look", "procedural", tags=["x"])
    assert repo.review.queue("procedure") == []
    makefile = Path(repo.workspace.root) / "Makefile"
    makefile.write_text("seed:\n\techo other\n")
    item = only(repo, "procedure")
    assert item.why == "Makefile changed"
    repo.review.act(item, "accept")
    assert repo.review.queue("procedure") == []
    makefile.write_text("seed:\n\techo third\n")
    assert only(repo, "procedure").key == item.key
    repo.review.act(item, "edit", "Seed the store with the new script")
    assert repo.review.queue("procedure") == []


def test_a_candidate_is_saved_or_turned_down(ctx: ContextFS) -> None:
    """What waits in the inbox is part of the round, with the same answers."""
    session = ctx.start_session(tool="claude-code")
    ctx.add_message(
        "user", "I prefer that we always use uv instead of pip in this project, please remember that."
    )
    ctx.add_message("assistant", "Understood.")
    ctx.end_session()
    ctx.inbox.look([session])
    items = ctx.review.queue("candidate")
    if not items:
        pytest.skip("nothing is recognised yet")
    assert ctx.review.act(items[0], "accept").memories
    ctx.undo()
    ctx.review.act(items[0], "reject")
    assert len(ctx.review.queue("candidate")) == len(items) - 1


def test_what_cannot_be_answered_so_is_refused(ctx: ContextFS) -> None:
    """Unknown keys, kinds and verbs, a missing or a needless text, and a secret."""
    rationale(ctx)
    item = only(ctx, "rationale")
    for key in ("", "rationale", "nonsense:x", "contradiction:123456", f"duplicate:{item.memories[0].id}"):
        with pytest.raises(InvalidInput, match="key of no item"):
            ctx.review.act(key, "accept")
    with pytest.raises(MemoryNotFound):
        ctx.review.act("rationale:" + "0" * 32, "accept")
    with pytest.raises(InvalidInput, match="is no answer"):
        ctx.review.act(item, "merge")
    with pytest.raises(InvalidInput, match="needs a text"):
        ctx.review.act(item, "edit")
    with pytest.raises(InvalidInput, match="takes no text"):
        ctx.review.act(item, "accept", "x")
    with pytest.raises(SecretRefused):
        ctx.review.act(item, "edit", f"the token is {TOKEN}")
    with pytest.raises(InvalidInput, match="no kind of item"):
        ctx.review.queue("nonsense")


def test_short_ids_name_an_item_as_well(ctx: ContextFS) -> None:
    """An answer under a short key counts for the whole one."""
    contradiction(ctx)
    item = only(ctx, "contradiction")
    ctx.review.act(":".join(("contradiction", *(one.short_id for one in item.memories))), "accept")
    assert ctx.review.queue() == []


def test_a_round_says_how_far_it_looked(ctx: ContextFS) -> None:
    """Each kind says what it found, at how many memories it looked, and of how many."""
    contradiction(ctx)
    tags(ctx)
    found = ctx.review.look()
    told = {one.kind: one for one in found.looked}
    assert list(told) == list(KINDS)
    assert (told["contradiction"].found, told["contradiction"].looked, told["contradiction"].of) == (1, 4, 4)
    assert (told["tags"].found, told["tags"].looked) == (1, 3)
    assert all(one.all for one in found.looked)
    assert [one.kind for one in ctx.review.queue(limit=1)] == ["contradiction"]
