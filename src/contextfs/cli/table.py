"""The table of commands, and the first page of help that is made from it without loading click."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One row of a table of commands: where a command lives and what help says of it."""

    target: str
    """``module:attribute``, imported only when the command is run or its own help is shown."""
    sentence: str
    section: str = ""
    """The heading under which help lists it; an entry without one is an alias and is not listed."""


_MEMORIES, _SESSIONS, _HISTORY, _UPKEEP = "Memories", "Sessions", "History", "Settings and upkeep"
_TENDING = "Tending"
_AGENTS = "Assistants"
_AT = "contextfs.cli.commands."

COMMANDS = {
    "save": Entry(_AT + "save:save", "Save a memory.", _MEMORIES),
    "search": Entry(_AT + "search:search", "Find memories by words and by meaning.", _MEMORIES),
    "context": Entry(_AT + "context:context", "Print the memories that a task needs.", _MEMORIES),
    "recall": Entry(_AT + "recall:recall", "Show memories whole, by id.", _MEMORIES),
    "inbox": Entry(_AT + "inbox:inbox", "Answer what was recognised in conversations.", _MEMORIES),
    "why": Entry(_AT + "why:why", "Explain a piece of code by what was recorded and committed.", _MEMORIES),
    "onboard": Entry(_AT + "onboard:onboard", "Print what somebody who is new should know.", _MEMORIES),
    "pr": Entry(_AT + "pr:pr", "Print the memories that matter to a change, for its review.", _MEMORIES),
    "verify": Entry(_AT + "verify:verify", "Find memories whose code has changed.", _MEMORIES),
    "entity": Entry(_AT + "entity:entity", "What memories say of one named thing.", _MEMORIES),
    "index": Entry(_AT + "index:index", "Make code and history searchable too.", _MEMORIES),
    "list": Entry(_AT + "listing:listing", "List memories, newest first.", _MEMORIES),
    "update": Entry(_AT + "update:update", "Change a memory.", _MEMORIES),
    "delete": Entry(_AT + "delete:delete", "Delete a memory; undo brings it back.", _MEMORIES),
    "types": Entry(_AT + "types:types", "Explain the memory types and show their templates.", _MEMORIES),
    "pact": Entry(_AT + "pact:pact", "Structured records of decisions, lessons and tasks.", _MEMORIES),
    "sessions": Entry(_AT + "session_reading:sessions", "List the latest sessions.", _SESSIONS),
    "load-session": Entry(
        _AT + "session_reading:load", "Print a session whole, or shortened for a prompt.", _SESSIONS
    ),
    "session-start": Entry(
        _AT + "context:session_start", "Print what a session should know from its beginning.", _SESSIONS
    ),
    "session": Entry(_AT + "session:session", "Record conversations, and read them again.", _SESSIONS),
    "log": Entry(_AT + "history:log", "Show what was done, or the revisions of one memory.", _HISTORY),
    "diff": Entry(_AT + "history:diff", "Show what a revision changed.", _HISTORY),
    "restore": Entry(
        _AT + "history:restore", "Bring back a deleted memory or an earlier revision.", _HISTORY
    ),
    "undo": Entry(_AT + "history:undo", "Take back the last thing done here.", _HISTORY),
    "supersede": Entry(_AT + "lifecycle:supersede", "Mark a memory as replaced by another.", _HISTORY),
    "deprecate": Entry(_AT + "lifecycle:deprecate", "Mark a memory as no longer valid.", _HISTORY),
    "archive": Entry(_AT + "lifecycle:archive", "Take a memory out of search but keep it.", _HISTORY),
    "erase": Entry(_AT + "delete:erase", "Remove a memory for good, from history too.", _HISTORY),
    "web": Entry(_AT + "web:web", "Open the memory in a browser.", _TENDING),
    "review": Entry(
        _AT + "review:review", "Go through what is worth a look, and answer with single keys.", _TENDING
    ),
    "merge": Entry(_AT + "joining:merge", "Make one memory of several.", _TENDING),
    "split": Entry(_AT + "joining:split", "Make several memories of one.", _TENDING),
    "tags": Entry(_AT + "tags:tags", "List, rename and merge tags.", _TENDING),
    "duplicates": Entry(_AT + "pairs:duplicates", "Find memories that say nearly the same.", _TENDING),
    "contradictions": Entry(
        _AT + "pairs:contradictions", "Find memories that say the opposite of each other.", _TENDING
    ),
    "feedback": Entry(_AT + "feedback:feedback", "Say that a memory was useful, or is wrong.", _TENDING),
    "stats": Entry(_AT + "stats:stats", "Show what is there, how it grows and what is read.", _TENDING),
    "install": Entry(_AT + "installing:install", "Put contextfs into assistants and editors.", _AGENTS),
    "mcp": Entry(_AT + "mcp:mcp", "Run the MCP server, as contextfs-mcp does.", _AGENTS),
    "pause": Entry(_AT + "pause:pause", "Capture and inject nothing for now.", _AGENTS),
    "resume": Entry(_AT + "pause:resume", "Capture and inject again.", _AGENTS),
    "hook": Entry(_AT + "hook:hook", "Serve an event of an assistant's host.", _AGENTS),
    "status": Entry(_AT + "status:status", "Show where memories go and what is there.", _UPKEEP),
    "cleanup": Entry(_AT + "cleanup:cleanup", "Delete memories older than some days.", _UPKEEP),
    "config": Entry(_AT + "config:config", "Read and change the settings.", _UPKEEP),
    "namespace": Entry(_AT + "namespace:namespace", "List, rename and merge namespaces.", _UPKEEP),
    "model": Entry(_AT + "model:model", "Install and choose embedding models.", _UPKEEP),
    "reindex": Entry(_AT + "reindex:reindex", "Rebuild words and vectors from the memories.", _UPKEEP),
    "import": Entry(_AT + "importing:importing", "Take in what other tools keep.", _UPKEEP),
    "export": Entry(_AT + "export:export", "Write memories to a folder or a file.", _UPKEEP),
    "backup": Entry(_AT + "backup:backup", "Copy the store, or put a copy back.", _UPKEEP),
    "completion": Entry(_AT + "completion:completion", "Print the completion script of a shell.", _UPKEEP),
    "git-event": Entry(_AT + "git_event:git_event", "What git's hooks call."),
    "memory": Entry("contextfs.cli.main:memory", "The commands as another tool groups them."),
}
GROUPED = ("save", "search", "recall", "list", "update", "delete", "status", "cleanup")
"""Commands that another tool has under `memory`."""

_FIRST = """\
Usage: contextfs [OPTIONS] COMMAND [ARGS]...

  Persistent memory for developers who work with AI assistants.

Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit.
"""
_LAST = """
Examples:
  contextfs save "This project uses Python 3.11 with FastAPI" --tags python,stack
  contextfs search "what framework are we using"
  contextfs save --help

Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 70 internal error, 74 done but
the output is lost, 75 try again later, 130 interrupted. Finding nothing is done (0).
"""


def front_page() -> str:
    """What `contextfs --help` shows."""
    parts = [_FIRST]
    width = max(len(name) for name in COMMANDS)
    for section in dict.fromkeys(entry.section for entry in COMMANDS.values() if entry.section):
        parts.append(f"\n{section}:\n")
        rows = ((name, entry) for name, entry in COMMANDS.items() if entry.section == section)
        parts += [f"  {name:{width}}  {entry.sentence}\n" for name, entry in rows]
    return "".join([*parts, _LAST])
