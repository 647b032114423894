"""Onboarding: the five days of somebody who is new, from the memories of a project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from shlex import quote
from typing import NamedTuple

from contextfs.api import lookup, standing
from contextfs.api.engine import Engine
from contextfs.domain.given import line_of
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.onboarding import Day, Onboarding, Topic
from contextfs.domain.search import Filters, Scope, SearchQuery
from contextfs.search.pack import age_of, freshness_of, provenance_of

_ANSWERS, _ALL = 5, 20
_HEADING = 90


class _Question(NamedTuple):
    """What is asked of the memories on a day."""

    name: str
    kinds: Sequence[str]
    words: str = ""
    """What answers is found by these words; nothing takes the newest."""
    tags: Sequence[str] = ()
    most: int = _ANSWERS
    missing: str = ""
    save: str = ""
    """The rest of the command that would add it."""


_DECISION, _FACT, _PROCEDURAL = MemoryType.DECISION, MemoryType.FACT, MemoryType.PROCEDURAL
_DAYS: Sequence[tuple[str, Sequence[_Question]]] = (
    (
        "Architecture and stack",
        (
            _Question("Start here", (_PROCEDURAL,), tags=("onboarding",)),
            _Question(
                "Architecture",
                (_DECISION,),
                "architecture overview",
                missing="No decision describes the architecture.",
                save='"## Architecture overview ..." --type decision --tags architecture',
            ),
            _Question(
                "Tech stack",
                (_FACT,),
                "tech stack",
                missing="No fact names the tech stack.",
                save='"Tech stack: ..." --type fact --tags stack',
            ),
        ),
    ),
    (
        "Development setup",
        (
            _Question(
                "Local development",
                (_PROCEDURAL,),
                "local development setup",
                missing="No procedure says how to set up for development.",
                save='"## Local development setup ..." --type procedural --tags setup,local-dev',
            ),
            _Question(
                "Environment variables",
                (_FACT,),
                "environment variables",
                missing="No fact lists the environment variables.",
                save='"Environment variables: ..." --type fact --tags environment',
            ),
        ),
    ),
    (
        "Key decisions",
        (
            _Question("Why it is so", (_DECISION,), "why we chose"),
            _Question(
                "The latest decisions",
                (_DECISION,),
                most=10,
                missing="No decision was recorded.",
                save="--template decision",
            ),
        ),
    ),
    (
        "Common errors",
        (
            _Question(
                "Errors and what mended them",
                (MemoryType.ERROR,),
                most=_ALL,
                missing="No error was recorded with what mended it.",
                save="--template error",
            ),
        ),
    ),
    (
        "Code patterns",
        (
            _Question(
                "Patterns to use again",
                (MemoryType.CODE,),
                most=_ALL,
                missing="No pattern was kept.",
                save="--type code --file PATH",
            ),
        ),
    ),
)


def onboard(engine: Engine, project: str) -> Onboarding:
    """The five days from what is remembered, each memory once, with what is missing."""
    project = line_of("project", project)
    here = engine.workspace
    scope = lookup.scope_of(engine, namespace=None, project=project, source_repo="", everywhere=False)
    told: set[str] = set()
    days = [
        Day(number, title, [*_topics(engine, questions, project, scope, told)])
        for number, (title, questions) in enumerate(_DAYS, 1)
    ]
    name = project or here.project or here.repo or here.namespace
    return Onboarding(name, days, _text(engine, name, project, days))


def _topics(
    engine: Engine, questions: Sequence[_Question], project: str, scope: Scope, told: set[str]
) -> Iterator[Topic]:
    for question in questions:
        found = _answers(engine, question, project, scope)
        new = [one for one in found if one.id not in told]
        told.update(one.id for one in found)
        if new:
            yield Topic(question.name, new)
        elif question.missing and not found:
            more = f" --project {quote(project)}" if project else ""
            yield Topic(question.name, (), question.missing, f"contextfs save {question.save}{more}")


def _answers(engine: Engine, question: _Question, project: str, scope: Scope) -> list[Memory]:
    filters = Filters(question.kinds, question.tags, project=project, statuses=("active",))
    asked = SearchQuery(question.words, filters, scope, question.most)
    return [one.memory for one in standing.ask(engine, asked).results]


# ── the document ────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(engine: Engine, name: str, project: str, days: Sequence[Day]) -> str:
    count = sum(len(topic.memories) for day in days for topic in day.topics)
    now = datetime.now(UTC)
    whole = f"{count} {'memory' if count == 1 else 'memories'}"
    head = [f"# Onboarding: {name}", f"Five days in {whole}, as of {now:%Y-%m-%d}."]
    parts = [part for day in days for part in _day(engine, day, now)]
    missing = [topic for day in days for topic in day.topics if topic.missing]
    if missing:
        parts.append("## What is missing")
        parts.append("\n".join(f"- {one.missing} Add it: `{one.command}`" for one in missing))
    more = f" --project {quote(project)}" if project else ""
    return "\n\n".join([*head, *parts, f'More: `contextfs search "..."{more}`']) + "\n"


def _day(engine: Engine, day: Day, now: datetime) -> Iterator[str]:
    yield f"## Day {day.number}: {day.title}"
    for topic in day.topics:
        if topic.memories:
            yield f"### {topic.name}"
            yield from _entries(engine, topic.memories, now)
        else:
            yield f"*{topic.missing}*"


def _entries(engine: Engine, memories: Sequence[Memory], now: datetime) -> Iterator[str]:
    for about in standing.freshness(engine, memories):
        memory = about.memory
        facts = (age_of(memory, now), freshness_of(memory, about.marks), provenance_of(memory))
        title = " ".join(memory.title.split())
        short = title if len(title) <= _HEADING else f"{title[:_HEADING].rpartition(' ')[0]} …"
        yield f"#### {short}"
        yield f"`{memory.short_id}` {memory.type} · {' · '.join(fact for fact in facts if fact)}"
        if memory.content.strip() != short:
            yield _body(memory)


def _body(memory: Memory) -> str:
    """The content so that its own headings and lists stay inside; code as a block of code."""
    text = memory.content.strip()
    if memory.type == MemoryType.CODE and "```" not in text:
        return f"```\n{text}\n```"
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
