"""The word index: identifiers, scripts without spaces, scopes, and no ghosts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from contextfs.domain.memory import STATUSES, Memory
from contextfs.domain.search import NO_FILTERS, Filters, Scope
from contextfs.domain.text import index_text
from contextfs.errors import StoreCorrupt
from contextfs.store import lexical
from contextfs.store.store import Store

Put = Callable[..., Memory]
EVERYWHERE = Scope(None)
EVEN = (1.0,) * len(lexical.COLUMNS)


def found(
    store: Store, expression: str, filters: Filters = NO_FILTERS, scope: Scope = EVERYWHERE
) -> list[str]:
    """The contents that match, best first."""
    with store.reading() as view:
        matched = view.match(expression, EVEN, view.visible(filters, scope), 50)
        memories = view.memories([one.row for one in matched])
        assert [one.score for one in matched] == sorted((one.score for one in matched), reverse=True)
        return [memories[one.row].content for one in matched]


@pytest.mark.parametrize(
    "word",
    ["webhook", "payment", "handler", "paymentwebhookhandler", "tx", "bytes", "sha", "256", "app", "py"],
)
def test_pieces_of_identifiers_are_words(store: Store, put: Put, word: str) -> None:
    """Camel case, snake case, digits and paths are found by their pieces as well as whole."""
    put("PaymentWebhookHandler checks max_tx_bytes and sha256Sum", files=("src/app.py",))
    put("Nothing of the kind")
    assert found(store, word) == ["PaymentWebhookHandler checks max_tx_bytes and sha256Sum"]


@pytest.mark.parametrize(("text", "asked"), [("日本語の検索は難しい", "検索"), ("사용자 인증 토큰", "인증")])
def test_scripts_without_spaces_are_found_by_pairs(store: Store, put: Put, text: str, asked: str) -> None:
    """A word inside a run of characters is found, and one that is not there is not."""
    put(text)
    assert found(store, f'"{index_text(asked).split()[0]}"') == [text]
    assert found(store, f'"{index_text("猫犬").split()[0]}"') == []


def test_stems_and_accents_fold(store: Store, put: Put) -> None:
    """Other endings and missing accents find the same memory."""
    put("Caching the naïve résumés repeatedly")
    assert found(store, "cached") == found(store, "naive") == found(store, "RESUME") != []


@pytest.mark.parametrize("field", ["title", "context", "path", "content"])
def test_each_column_holds_its_part(store: Store, put: Put, field: str) -> None:
    """Summary, tags and metadata, files and content are columns of their own."""
    put("zebra", summary="yak", tags=("xerus",), metadata={"k": ["wolf"]}, files=("vole.py",), project="unau")
    words = {"title": ["yak"], "context": ["xerus", "wolf", "unau"], "path": ["vole"], "content": ["zebra"]}
    for column, mine in words.items():
        for word in mine:
            assert found(store, f"{field} : {word}") == (["zebra"] if column == field else [])


def test_an_update_leaves_no_ghost(store: Store, put: Put) -> None:
    """After a text is replaced its words match nothing, not even as pieces or frequencies."""
    memory = put("OldIdentifier quokka", tags=("numbat",))
    put("brand new", id=memory.id, tags=("other",))
    for word in ("oldidentifier", "identifier", "quokka", "numbat"):
        assert found(store, word) == []
        with store.reading() as view:
            assert view.document_frequencies(view.stems([word])) == dict.fromkeys(view.stems([word]), 0)
    assert found(store, "brand") == ["brand new"]


def test_scope_and_filters_hold_inside_the_match(store: Store, put: Put) -> None:
    """A limit never cuts away what the filters would have kept."""
    for n in range(30):
        put(f"needle {n}", namespace="noise")
    put("needle here", namespace="alpha", tags=("keep",))
    put("needle archived", namespace="alpha", status="archived")
    with store.reading() as view:
        visible = view.visible(NO_FILTERS, Scope(("alpha",)))
        assert len(view.match("needle", EVEN, visible, 1)) == 1
    assert found(store, "needle", scope=Scope(("alpha",))) == ["needle here"]
    assert found(store, "needle", Filters(tags=("keep",))) == ["needle here"]
    assert found(store, "needle", Filters(statuses=("archived",))) == ["needle archived"]
    assert found(store, "needle", scope=Scope(("nowhere",))) == []
    assert len(found(store, "needle", Filters(statuses=STATUSES))) == 32


def test_what_is_left_out_is_left_out(store: Store, put: Put) -> None:
    """Ids that a query must not see are not among its matches."""
    one, two = put("needle one"), put("needle two")
    with store.reading() as view:
        visible = view.visible(NO_FILTERS, Scope(), without={one.id})
        rows = [match.row for match in view.match("needle", EVEN, visible, 10)]
        assert [memory.id for memory in view.memories(rows).values()] == [two.id]


def test_frequent_stems_are_counted_when_the_store_has_grown(
    store: Store, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache of frequent stems is made above its floor, and again when the store has doubled."""
    monkeypatch.setattr(lexical, "FREQUENT_ROWS", 4)
    for n in range(3):
        put(f"common {n}")
    store.refresh_frequent()
    with store.reading() as view:
        assert view.frequent_rows() == 0
        assert view.document_frequencies(["common"]) == {"common": 3}
    for n in range(3, 6):
        put(f"common {n}")
    store.refresh_frequent()
    put("common at last")
    with store.reading() as view:
        assert view.frequent_rows() == 6
        assert view.document_frequencies(["common", "last", "never"]) == {"common": 6, "last": 1, "never": 0}


def test_the_index_is_built_again_from_the_rows(store: Store, put: Put, tmp_path: Path) -> None:
    """A word index that was lost is complete again after a rebuild, which tells how far it is."""
    for n in range(45):
        put(f"needle {n}")
    with store._database.writing() as connection:
        lexical.clear(connection)
    assert found(store, "needle") == []
    told: list[tuple[int, int]] = []
    assert store.reindex_words(lambda done, total: told.append((done, total))) == 45
    assert told == [(20, 45), (40, 45), (45, 45)]
    assert len(found(store, "needle")) == 45
    assert store.check() == []


def test_a_rebuild_that_is_cut_short_loses_nothing(store: Store, put: Put) -> None:
    """Whatever ends a rebuild in the middle, every memory is still found."""
    for n in range(45):
        put(f"needle {n}")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.reindex_words(stop)
    assert len(found(store, "needle")) == 45


def test_a_rebuild_drives_ghosts_out(store: Store, put: Put) -> None:
    """Words under a row that no memory has are gone after a rebuild."""
    memory = put("needle")
    with store._database.writing() as connection:
        lexical.put(connection, (1 << 32) + 99, memory._replace(content="phantom"))
    store.reindex_words()
    with store.reading() as view:
        assert view.document_frequencies(["phantom", "needl"]) == {"phantom": 0, "needl": 1}


def test_a_damaged_index_is_built_anew(store: Store, put: Put) -> None:
    """Noise in the index's own tables is mended by a rebuild, since the memories themselves are whole."""
    for n in range(45):
        put(f"needle {n}")
    store.close()
    connection = apsw.Connection(store.path)
    connection.execute("UPDATE lexical_data SET block = randomblob(length(block)) WHERE id > 1")
    connection.close()
    with pytest.raises(StoreCorrupt):
        found(store, "needle")
    assert store.reindex_words() == 45
    assert len(found(store, "needle")) == 45
    assert store.check() == []
