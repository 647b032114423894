"""Make the list of the stems of general words: how common a word is anywhere, whatever a store is about.

The order comes from the vocabulary of the static provider's tokenizer, whose ids follow how often a piece was met in
text and code at large. Only whole lower-case words are kept, each as the lexical index stems it.

    python benchmarks/quality/general_words.py
"""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

import apsw

from contextfs.store.lexical import stems

MOST = 5000
TARGET = Path(__file__).resolve().parents[2] / "src" / "contextfs" / "search" / "general_stems.txt"


def main() -> None:
    """Write the stems, that of the most common word first."""
    package = find_spec("wordllama")
    if package is None or package.origin is None:
        raise SystemExit("The package wordllama is not installed.")
    path = Path(package.origin).parent / "tokenizers" / "l2_supercat_tokenizer_config.json"
    vocabulary: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    ordered = sorted(vocabulary, key=vocabulary.__getitem__)
    words = [piece[1:].lower() for piece in ordered if re.fullmatch("\u2581[A-Za-z][a-z]+", piece)]
    found = list(dict.fromkeys(stems(apsw.Connection(":memory:"), words)))
    TARGET.write_text("\n".join(found[:MOST]) + "\n", encoding="ascii")
    print(f"{TARGET}: {min(len(found), MOST)} of {len(found)} stems")


if __name__ == "__main__":
    main()
