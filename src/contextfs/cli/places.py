"""What `contextfs why` shows of a place in the code."""

from __future__ import annotations

from collections.abc import Sequence

from contextfs.cli import blocks, documents
from contextfs.cli.render import paint, visible
from contextfs.domain.dates import ago
from contextfs.domain.lineage import Behind, BlamedLine, Explanation, Wrote
from contextfs.domain.session import Session

_SHOWN_LINES, _SHOWN_COMMITS = 12, 5


def explanation(found: Explanation, *, full: bool) -> str:
    """The place, the memories behind it with their reasons, then its commits."""
    parts = [paint(visible(str(found.place)), "strong")]
    if 0 < len(found.lines) <= _SHOWN_LINES:
        parts[0] += "\n" + "\n".join(map(_line, found.lines))
    parts += [_behind(one, full=full) for one in found.memories]
    only_commits = bool(found.commits) and not found.sessions
    if not found.memories:
        parts.append(
            "No memory is connected with it."
            + (" These commits wrote it; what they decided was not recorded:" if only_commits else "")
        )
    parts += [_sessions(found.sessions)] if found.sessions else []
    parts += [_commits(found.commits, len(found.lines), full=full)] if found.commits else []
    parts += [paint("\n".join(visible(note) for note in found.notes), "dim")] if found.notes else []
    return "\n\n".join(parts)


def _line(line: BlamedLine) -> str:
    commit, text = (
        line.commit[:8] or "not yet ",
        line.text.rstrip("\r"),
    )  # the ending that another system gives
    return f"  {paint(commit, 'id')} {line.number:>5}  {visible(text)}".rstrip()


def _behind(one: Behind, *, full: bool) -> str:
    block = blocks.block(one.memory, one.weight, full=full, more=one.marks)
    return "\n".join([block, *(paint(f"  ↳ {visible(reason)}", "dim") for reason in one.because)])


def _sessions(sessions: Sequence[Session]) -> str:
    rows = [f"  {paint(one.short_id, 'id')} {blocks.short(_told(one))}" for one in sessions[:_SHOWN_COMMITS]]
    return "\n".join(["Sessions:", *rows])


def _told(session: Session) -> str:
    age = ago(session.started_at, blocks.now()) if session.started_at else ""
    return " · ".join(filter(None, (session.label or session.summary, session.tool, age)))


def _commits(commits: Sequence[Wrote], lines: int, *, full: bool) -> str:
    shown = commits if full else sorted(commits, key=lambda one: -one.lines)[:_SHOWN_COMMITS]
    rows = [_commit(one, lines) for one in sorted(shown, key=lambda one: one.commit.at, reverse=True)]
    left = len(commits) - len(shown)
    rows += [paint(f"  … {left} more: --full", "dim")] if left else []
    return "\n".join(["Commits:", *rows])


def _commit(one: Wrote, lines: int) -> str:
    share = f"{one.lines} of {lines} lines" if one.lines else "an earlier version" if lines else ""
    commit = one.commit
    told = f"  {paint(commit.short, 'id')} {blocks.short(commit.subject)}"
    age = ago(commit.at, blocks.now())
    return (
        told
        + "\n"
        + paint("           " + " · ".join(filter(None, (visible(commit.author), age, share))), "dim")
    )


def document(found: Explanation) -> documents.Document:
    """The explanation as JSON."""
    return {
        "place": {**documents.plain(found.place), "text": str(found.place)},
        "memories": [
            {
                "weight": one.weight,
                "because": list(one.because),
                "memory": documents.memory(one.memory),
                **documents.marked(one.marks),
            }
            for one in found.memories
        ],
        "commits": [{**documents.plain(one.commit), "lines": one.lines} for one in found.commits],
        "lines": documents.plain(found.lines),
        "sessions": documents.plain(found.sessions),
        "notes": list(found.notes),
    }
