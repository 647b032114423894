"""Rendered Markdown is what it was written to be, and never more."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.memory import Memory
from contextfs.web.markup import cleaned, of_memory, rendered

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<a href='javascript:alert(1)'>x</a>",
    "![x](https://evil.example/pixel.png)",
    "<iframe src=https://evil.example></iframe>",
    "<svg onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<form action=https://evil.example><input name=a></form>",
    "<div hx-get='/undo' hx-trigger='load'>x</div>",
    "<a data-hx-post='/undo' href='#'>x</a>",
    '```x" onmouseover="alert(1)\ncode\n```',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "[x](//evil.example/a)",
)
FORBIDDEN = re.compile(
    r"<(?:script|style|iframe|svg|form|img|object|embed|meta|link|base|div)\b"
    r"|<[^>]*\s(?:on\w+|style|hx-[\w:-]+|data-[\w-]+|src|id|name)\s*="
    r"|<[^>]*(?:javascript|vbscript|data)\s*:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_becomes_text(attack: str) -> None:
    """Neither through Markdown nor as HTML does anything get through that acts or fetches."""
    assert not FORBIDDEN.search(str(rendered(attack)))
    assert not FORBIDDEN.search(cleaned(attack))


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "*", "`", "[", "](", ")", "<", ">", "\n", "x", "|", "- "]), max_size=12
    )
)
def test_no_mixture_gets_through(pieces: list[str]) -> None:
    """However attacks and marks are put together, what comes out does nothing."""
    assert not FORBIDDEN.search(str(rendered("".join(pieces))))


def test_markdown_is_rendered() -> None:
    """Headings one step down, emphasis, lists of tasks, tables, code with its language, links that tell nobody."""
    text = str(
        rendered(
            "# T\n\n**b** ~~d~~ <https://a.example>\n\n- [x] done\n\n|a|\n|-|\n|1|\n\n```python\nx = 1\n```\n"
        )
    )
    for wanted in (
        "<h2>T</h2>",
        "<strong>b</strong>",
        "<del>d</del>",
        "<td>1</td>",
        'class="language-python"',
    ):
        assert wanted in text
    assert 'rel="noopener noreferrer nofollow"' in text
    assert re.search(r'<input[^>]*aria-label="done"', text)


def test_an_image_is_a_link() -> None:
    """Looking at a memory fetches nothing from anywhere."""
    text = str(rendered("![a plan](https://a.example/plan.png)"))
    assert "<img" not in text
    assert 'href="https://a.example/plan.png"' in text


def test_a_huge_text_is_shown_as_it_is() -> None:
    """What nobody reads as Markdown costs no time to render."""
    text = str(rendered("<b>" * 100_000))
    assert text.startswith("<pre>&lt;b&gt;")


def test_a_title_is_not_said_twice() -> None:
    """The heading that stands above the text is left out of it; code without a fence is shown as code."""
    assert "Rule" not in str(of_memory(Memory("## Rule\n\nText.")))
    assert "<code" in str(of_memory(Memory("def f(): ...", type="code", metadata={"language": "python"})))
    assert "Rule" in str(of_memory(Memory("## Rule")))
