"""Markdown as safe HTML: what a memory says may come from anywhere, so it is cleaned by a list of what is allowed."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import minijinja
import mistune
import nh3

_TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
    ),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul", "input", "kbd", "sub", "sup"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    "input": {"type", "checked", "disabled", "aria-label"},
}
_BOX = re.compile(r'(<input class="task-list-item-checkbox"[^>]*?)/?>')
_FENCE = "`" * 8
_LONGEST = 200_000
"""Characters that are rendered; a longer text is shown as it is."""


def rendered(text: str) -> str:
    """The HTML of a Markdown text, as a template may show it."""
    if len(text) > _LONGEST:
        return minijinja.safe(f"<pre>{nh3.clean_text(text)}</pre>")
    return minijinja.safe(cleaned(_BOX.sub(_named_box, str(_markdown()(text)))))


def _named_box(found: re.Match[str]) -> str:
    """The box of a task with a name, for those who cannot see whether it is ticked."""
    return f'{found[1]} aria-label="{"done" if "checked" in found[1] else "to do"}">'


def of_memory(memory: Any) -> str:
    """The text of a memory; one that holds code and no fence is shown as code."""
    content = _without_title(str(memory.content), str(memory.title))
    plain = str(memory.type) == "code" and "```" not in content
    return rendered(
        f"{_FENCE}{memory.metadata.get('language', '')}\n{content}\n{_FENCE}" if plain else content
    )


def _without_title(content: str, title: str) -> str:
    """The text without a first heading that the page shows above it already."""
    head, _, rest = content.lstrip().partition("\n")
    return rest if head.startswith("#") and head.lstrip("# ").rstrip() == title and rest.strip() else content


def cleaned(html: str) -> str:
    """The HTML with nothing in it but what is allowed: no script, no style, no image, no foreign frame."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_only_meant,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _only_meant(tag: str, name: str, value: str) -> str | None:
    """A class says a language and nothing else; an input is the box of a task that cannot be ticked here."""
    if tag == "code" and name == "class":
        return value if value.startswith("language-") and value[9:].replace("-", "").isalnum() else None
    if tag == "input" and name == "type":
        return value if value == "checkbox" else None
    if name == "aria-label":
        return value if value in {"done", "to do"} else None
    if tag == "a" and name == "href":
        return None if value.startswith("//") else value
    return value


@cache
def _markdown() -> mistune.Markdown:
    renderer = _Renderer(escape=True)
    return mistune.create_markdown(renderer=renderer, plugins=["strikethrough", "table", "task_lists", "url"])


class _Renderer(mistune.HTMLRenderer):
    """Headings one step down, since the page has one of its own, and images as links: nothing is fetched."""

    def heading(self, text: str, level: int, **attrs: object) -> str:  # noqa: ARG002 - the library's signature
        """A heading below the title of the page."""
        return f"<h{min(level + 1, 6)}>{text}</h{min(level + 1, 6)}>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - the same
        """A link to the image."""
        return self.link(text or url, url)
