"""What a long-lived process notices between two requests."""

from __future__ import annotations

from pathlib import Path

from contextfs import ContextFS


def test_a_setting_changed_elsewhere_is_noticed(tmp_path: Path) -> None:
    """A provider chosen by another process is used after looking again."""
    with ContextFS(data_dir=str(tmp_path)) as long_lived, ContextFS(data_dir=str(tmp_path)) as other:
        long_lived.save("The pool has eight workers because the machine has eight cores")
        assert long_lived.status().provider == "static"
        other.models.use("words")
        long_lived.look_again()
        assert long_lived.status().provider == "words"


def test_looking_again_without_a_change_keeps_the_provider(tmp_path: Path) -> None:
    """A loaded model is not thrown away by looking again when nothing has changed."""
    with ContextFS(data_dir=str(tmp_path)) as ctx:
        ctx.save("The pool has eight workers because the machine has eight cores")
        before = ctx._engine.embedder  # pyright: ignore[reportPrivateUsage]
        ctx.look_again()
        assert ctx._engine.embedder is before  # pyright: ignore[reportPrivateUsage]
