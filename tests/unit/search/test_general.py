"""How much a word tells anywhere."""

from __future__ import annotations

from contextfs.search.general import tells


def test_common_words_tell_little() -> None:
    """The commoner a word is in general, the less it tells; an unknown one tells most."""
    assert tells("the") < tells("file") < tells("certificate") <= tells("mempool") == 1.0


def test_endings_make_no_difference_to_unknown_forms() -> None:
    """A form that is not listed is taken for its stem."""
    assert tells("frameworks") == tells("framework") < 1.0
