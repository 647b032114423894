"""Names as people write them: in small letters, with accents, digits and marks, and what the list knows of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.errors import EntityNotFound
from contextfs.pact import PactMemory
from contextfs.settings import Settings

TEXTS = (
    *(
        "AuthService signs the tokens.",
        "The auth service must not log tokens.",
        "`auth_service` starts in 2 s.",
    ),
    *("The Überweisung-Dienst runs at night.", "Alerts of k8s-prod go to the pager."),
    *("The Müller-Gateway speaks SOAP.", "MüllerGateway needs a certificate."),
    *(
        "The engine is written in C++ for speed.",
        "The billing tool is C# on .NET 8.",
        "Builds need Node.js 22.",
    ),
    *(
        "The cache is Redis with two nodes.",
        "Sessions stay in Redis for a day.",
        "We go to the office on Mondays.",
    ),
)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[ContextFS]:
    settings = Settings(data_dir=str(tmp_path / "data"), environ={})
    with ContextFS(settings=settings, namespace="shop", cwd=str(tmp_path)) as found:
        for text in TEXTS:
            found.save(text, type="fact")
        yield found


@pytest.mark.parametrize(
    ("asked", "shown", "count"),
    [
        ("authservice", "AuthService", 3),
        ("AUTHSERVICE", "AuthService", 3),
        ("Überweisung-Dienst", "Überweisung-Dienst", 1),
        ("überweisung dienst", "Überweisung-Dienst", 1),
        ("k8s-prod", "k8s-prod", 1),
        ("Müller-Gateway", "MüllerGateway", 2),
        ("mullergateway", "MüllerGateway", 2),
        ("C++", "C++", 1),
        ("c#", "C#", 1),
        (".NET", ".NET", 1),
        ("Node.js", "Node.js", 1),
        ("nodejs", "Node.js", 1),
    ],
)
def test_a_name_is_found_as_it_is_written(ctx: ContextFS, asked: str, shown: str, count: int) -> None:
    """Case, accents, digits and marks neither hide a name nor are lost from it."""
    found = ctx.entities.show(asked)
    assert (found.name, len(found.memories)) == (shown, count)


@pytest.mark.parametrize("asked", ["the", "for", "in"])
def test_words_that_every_text_has_are_no_entities(ctx: ContextFS, asked: str) -> None:
    """A stop word is no name, unless a record or a link says that it is one."""
    with pytest.raises(EntityNotFound):
        ctx.entities.show(asked)
    ctx.save(f"The band is called [[{asked.upper()} X]].", type="fact")
    assert ctx.entities.show(f"{asked} x").memories


def test_the_list_counts_products_that_texts_name(ctx: ContextFS) -> None:
    """A well-known product is listed without a record that names it, and a word that only looks like one is not."""
    found = {one.name: (one.type, one.memories) for one in ctx.entities.list()}
    assert found["Redis"][1] == 2
    assert "go" not in {name.lower() for name in found}


def test_decisions_of_a_record_are_shown_by_their_own_words(ctx: ContextFS, tmp_path: Path) -> None:
    """What a record decided about an entity that it lists is a decision about it, and is not the record's title."""
    PactMemory(front=ctx).save(
        {
            "context": "Finished the refactoring of sessions.",
            "decisions": [
                {"decision": "Keep revoked tokens in Redis", "rationale": "it expires keys by itself"}
            ],
            "entities": [{"name": "TokenBlacklist", "type": "class"}],
        },
        include_tracked=False,
    )
    for name in ("TokenBlacklist", "Redis"):
        (choice,) = ctx.entities.show(name).decisions
        assert (choice.decision, choice.rationale) == (
            "Keep revoked tokens in Redis",
            "it expires keys by itself",
        )


def test_an_index_of_letters_with_accents_is_cut_as_any_other(ctx: ContextFS) -> None:
    """A part of a compound finds it also where a capital has an accent."""
    ctx.save("`ZahlungÜberweisung` holds the IBAN.", type="fact")
    assert "IBAN" in ctx.search("überweisung iban")[0].memory.content
