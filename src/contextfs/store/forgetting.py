"""Forgetting: what an erasure takes out of the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contextfs.domain.digest import content_hash
from contextfs.store.sql import fetch, run, run_many

if TYPE_CHECKING:
    import apsw


def forget_candidates(connection: apsw.Connection, subject: str) -> None:
    """Take out what an erased session said, and what says the same as an erased memory ever did."""
    key = bytes.fromhex(subject)
    texts = fetch(
        connection,
        "SELECT DISTINCT json_extract(patch, '$.content') FROM change WHERE subject = ? AND patch IS NOT NULL",
        (key,),
    )
    run(
        connection,
        "DELETE FROM candidate WHERE session = ?1 OR id = ?1"
        " OR id IN (SELECT id FROM candidate_answer WHERE memory = ?1)",
        (key,),
    )
    run(connection, "DELETE FROM candidate_read WHERE session = ?", (key,))
    hashes = [(content_hash(text),) for (text,) in texts if isinstance(text, str)]
    run_many(connection, "DELETE FROM candidate WHERE hash = ?", hashes)
