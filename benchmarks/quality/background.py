"""Make the background samples: how near any text at all is to a question, by each provider that is shipped.

python benchmarks/quality/background.py static minilm
"""

from __future__ import annotations

import sys
from pathlib import Path

from contextfs.domain.vector import to_int8
from contextfs.embedding.chain import named
from contextfs.embedding.provider import ProviderSettings
from contextfs.settings import Settings

TEXTS = Path(__file__).with_name("background.txt")
FOLDER = Path(__file__).resolve().parents[2] / "src" / "contextfs" / "search" / "background"


def main() -> None:
    """Embed the texts and write one file of codes per provider."""
    texts = TEXTS.read_text(encoding="utf-8").splitlines()
    settings = ProviderSettings(models_directory=str(Path(Settings().data_dir) / "models"))
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:]:
        vectors = named(settings, name).embed_documents(texts)
        codes = b"".join(to_int8(vector) for vector in vectors)
        (FOLDER / f"{name}.int8").write_bytes(codes)
        print(f"{name}: {len(vectors)} texts, {len(codes)} bytes")


if __name__ == "__main__":
    main()
