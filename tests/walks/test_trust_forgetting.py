"""What was changed, deleted or erased is no longer found: not by words, not by meaning, not in the files."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.vector import to_half, to_int8
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.errors import InvalidInput, MemoryNotFound
from contextfs.settings import Settings
from contextfs.store import database

Check = Callable[..., list[str]]
OLD = "Invoices are rendered by the quokka service through wkhtmltopdf"
NEW = "Deployments run through Argo CD from the main branch"


def opened(directory: Path) -> ContextFS:
    """The store in a directory."""
    return ContextFS(settings=Settings(data_dir=str(directory), environ={}), namespace="team", cwd="/")


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[ContextFS]:
    """A store with some memories about other things."""
    with opened(tmp_path / "data") as found:
        found.save_many(
            [f"Service s{n} listens on port {8000 + n} because of its history" for n in range(30)]
        )
        yield found


def by_words(ctx: ContextFS, word: str) -> list[str]:
    """What the word index holds for a word, without any threshold or ranking."""
    with ctx._engine.store.reading() as view:
        stems = view.stems([word])
        return [stem for stem, count in view.document_frequencies(stems).items() if count]


def nearest(ctx: ContextFS, static: EmbeddingProvider, text: str) -> float:
    """The cosine of the passage that is nearest to a text, over everything in the vector index."""
    from contextfs.domain.search import Filters, Scope

    code = to_int8(static.embed_documents([text])[0])
    with ctx._engine.store.reading() as view:
        everything = view.visible(Filters(statuses=("active", "deprecated", "archived")), Scope(None))
        found = view.scan(static.identity, code, everything, 5)
    return max((one.cosine for one in found), default=0.0)


def test_after_an_update_the_old_words_find_nothing(ctx: ContextFS, static: EmbeddingProvider) -> None:
    """The new text is found by words and by meaning, the old one by neither."""
    memory = ctx.save(OLD)
    assert nearest(ctx, static, OLD) > 0.99
    ctx.update(memory.id, content=NEW)
    assert by_words(ctx, "quokka") == by_words(ctx, "wkhtmltopdf") == []
    assert nearest(ctx, static, OLD) < 0.8
    assert nearest(ctx, static, NEW) > 0.99
    assert (
        memory.id
        not in [one.memory.id for one in ctx.search("quokka wkhtmltopdf invoices", min_relevance=0)][:1]
    )
    assert [one.memory.id for one in ctx.search("Argo CD deployments")][:1] == [memory.id]


def test_after_a_delete_nothing_finds_it(ctx: ContextFS, static: EmbeddingProvider, tmp_path: Path) -> None:
    """A deleted memory is gone from words, meaning, tags, listings and recall, and comes back whole."""
    memory = ctx.save(OLD, tags=["quokka-tag"], summary="How invoices become PDF")
    ctx.delete(memory.id)
    assert by_words(ctx, "quokka") == by_words(ctx, "invoices") == []
    assert nearest(ctx, static, f"How invoices become PDF\n{OLD}") < 0.8
    assert ctx.search(OLD, all=True, min_relevance=0.5) == []
    assert memory.id not in [one.id for one in ctx.list_recent(limit=100)]
    assert "quokka-tag" not in dict(ctx.tags())
    with pytest.raises(MemoryNotFound):
        ctx.recall(memory.id)
    back = ctx.restore(memory.id)
    assert back._replace(updated_at=None) == memory._replace(updated_at=None)
    assert [one.memory.id for one in ctx.search("quokka")][:1] == [memory.id]


def test_a_changed_summary_and_tag_leave_the_index(ctx: ContextFS) -> None:
    """Words of a summary, a tag and a metadata value go when they are replaced."""
    memory = ctx.save(NEW, summary="wombat rollout", tags=["numbat"], metadata={"animal": "bilby"})
    assert all(by_words(ctx, word) for word in ("wombat", "numbat", "bilby"))
    ctx.update(memory.id, summary="", tags=["rollout"], metadata={"animal": None})
    assert not any(by_words(ctx, word) for word in ("wombat", "numbat", "bilby"))


def test_an_erased_memory_leaves_no_bytes(ctx: ContextFS, static: EmbeddingProvider, tmp_path: Path) -> None:
    """After `erase` neither text nor vector of any revision stands in any of the store's files."""
    data = tmp_path / "data"
    memory = ctx.save(OLD, summary="Echidna billing", metadata={"owner": "the platypus guild"})
    ctx.update(memory.id, content="Invoices are rendered by the dugong service", tags=["dugong-tag"])
    for n in range(40):
        ctx.save(f"Filler number {n} about topic {n * 7} " + "lorem ipsum " * 40)
    vectors = [
        pack(static.embed_documents([text])[0])
        for text in (
            f"Echidna billing\n{OLD}",
            "Echidna billing\nInvoices are rendered by the dugong service",
        )
        for pack in (to_half, to_int8)
    ]
    receipt = ctx.erase(memory.id)
    assert (receipt.id, receipt.changes, receipt.found, receipt.backups) == (memory.id, 2, [], [])
    traces = ("wkhtmltopdf", "quokka service", "Echidna", "platypus guild", "dugong", "dugong-tag")
    for name in ("contextfs.db", "contextfs.db-wal", "contextfs.db-shm"):
        held = (data / name).read_bytes() if (data / name).exists() else b""
        assert [text for text in traces if text.encode() in held] == []
        assert [vector for vector in vectors if vector[:48] in held] == []
    assert not any(by_words(ctx, word) for word in ("quokka", "dugong", "echidna", "platypus"))


def test_a_few_letters_are_erased_as_well(ctx: ContextFS, tmp_path: Path) -> None:
    """A text too short to be looked for afterwards is overwritten all the same."""
    memory = ctx.save("qzxjvw", tags=["kqzjxv"])
    ctx.update(memory.id, content="jqxzvk")
    ctx.erase(memory.id)
    held = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("contextfs.db*"))
    assert [word for word in (b"qzxjvw", b"kqzjxv", b"jqxzvk") if word in held] == []


def test_an_erased_memory_cannot_come_back(ctx: ContextFS) -> None:
    """Its history says that it was erased; restore and a save under its id are refused; undo skips it."""
    first = ctx.save("The first thing said", id="ab" * 16)
    ctx.erase(first.id)
    assert [(one.verb, one.erased, one.memory) for one in ctx.history(first.id)] == [
        ("save", True, None),
        ("erase", True, None),
    ]
    with pytest.raises(MemoryNotFound, match="erased"):
        ctx.restore(first.id)
    with pytest.raises(InvalidInput, match="erased"):
        ctx.save("Another text", id=first.id)
    assert first.id not in ctx.undo().gone
    with pytest.raises(MemoryNotFound):
        ctx.recall(first.id)


def test_the_receipt_raises_no_false_alarm(ctx: ContextFS) -> None:
    """Text that another memory holds as well is still there by right, and the receipt does not complain about it."""
    shared = "The deployment password rotates every Monday at nine"
    memory = ctx.save(f"{shared}\nand this line is only here: kookaburra")
    ctx.save(f"{shared}\nand something else entirely stands below")
    other = ctx.save('Quotes "like these" and \\ backslashes in a fact about kiwis')
    twin = ctx.save('Quotes "like these" and \\ backslashes in a fact about kiwis', namespace="elsewhere")
    assert ctx.erase(memory.id).found == []
    assert ctx.erase(other.id).found == []
    assert ctx.recall(twin.id).content == other.content


def test_the_receipt_names_the_backups(ctx: ContextFS, tmp_path: Path) -> None:
    """A backup still holds what was erased from the store, and the receipt says where it lies."""
    memory = ctx.save(OLD)
    backup = ctx.backups.create()
    receipt = ctx.erase(memory.id)
    assert receipt.backups == [backup]
    assert OLD.encode() in Path(backup).read_bytes()


def test_the_receipt_tells_of_what_a_reader_holds(
    ctx: ContextFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody reads on the files cannot be emptied; the receipt says so, and a second try does it."""
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    memory = ctx.save(OLD)
    with opened(tmp_path / "data") as reader:
        with reader._engine.store.reading() as view:
            assert view.total() == 31
            assert ctx.erase(memory.id).found != []
        assert ctx.erase(memory.id).found == []
    for name in ("contextfs.db", "contextfs.db-wal"):
        assert b"wkhtmltopdf" not in (tmp_path / "data" / name).read_bytes()


def test_an_erasure_reaches_every_revision_of_a_long_life(tmp_path: Path) -> None:
    """A memory with many revisions among pages that split and merge leaves nothing behind."""
    chance = random.Random(11)
    data = tmp_path / "data"
    with opened(data) as ctx:
        others = [ctx.save(f"Other memory {n} " + "filler " * chance.randrange(5, 300)).id for n in range(60)]
        memory = ctx.save("zyzzyva revision 0")
        for n in range(1, 25):
            ctx.update(memory.id, content=f"zyzzyva revision {n} " + "zyzzyvas " * chance.randrange(1, 900))
            ctx.update(chance.choice(others), content=f"Changed {n} " + "more " * chance.randrange(1, 500))
        receipt = ctx.erase(memory.id)
        assert (receipt.changes, receipt.found) == (25, [])
    for name in os.listdir(data):
        if name.startswith("contextfs.db"):
            assert b"zyzzyva" not in (data / name).read_bytes()
