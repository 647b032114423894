"""The table of settings: add a row, and `config`, the environment variable and the reference page follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from contextfs.errors import InvalidInput

Value = str | int | float | bool


class Setting(NamedTuple):
    """One row: its name, the variable that overrides it, its default (which fixes its type) and a sentence."""

    name: str
    env: str
    default: Value
    sentence: str
    choices: tuple[str, ...] = ()
    secret: bool = False
    lowest: float | None = None
    highest: float | None = None
    check: Callable[[str, str], str] | None = None
    """Takes name and text; returns the text in its normal form or raises InvalidInput. Asked when it is set."""

    @property
    def type_name(self) -> str:
        """The name of its type as people read it."""
        return {str: "text", int: "whole number", float: "number", bool: "true or false"}[type(self.default)]


def _namespace(_name: str, text: str) -> str:
    from contextfs.domain.namespaces import namespace_name  # only setting one needs it

    return namespace_name(text)


def _line(name: str, text: str) -> str:
    from contextfs.domain.given import line_of  # only setting one needs it

    return line_of(name, text)


def _rules(_name: str, text: str) -> str:
    from contextfs.domain.candidate import rules_of  # only setting some needs it

    return ", ".join(f"{rule.kind}:{rule.least:g}" if rule.least else rule.kind for rule in rules_of(text))


def _url(name: str, text: str) -> str:
    if text.startswith(("http://", "https://")) and len(text.split()) == 1:
        return text
    raise InvalidInput(f"The {name} is {text!r}; it must begin with http:// or https:// and hold no spaces.")


TABLE = (
    Setting(
        "data_dir",
        "CONTEXTFS_DATA_DIR",
        "~/.contextfs",
        "Directory that holds the store, models, logs and backups.",
    ),
    Setting(
        "namespace",
        "CONTEXTFS_NAMESPACE",
        "",
        "Namespace to use instead of the one of the git repository.",
        check=_namespace,
    ),
    Setting(
        "project", "CONTEXTFS_PROJECT", "", "Project given to new memories when none is named.", check=_line
    ),
    Setting(
        "source_tool",
        "CONTEXTFS_SOURCE_TOOL",
        "",
        "Name of the tool that new memories come from.",
        check=_line,
    ),
    Setting(
        "author",
        "CONTEXTFS_AUTHOR",
        "",
        "Author of new memories; empty takes git's user.name, else the login.",
        check=_line,
    ),
    Setting("debug", "CONTEXTFS_DEBUG", False, "Log more, and show a traceback for internal errors."),
    Setting(
        "embedding.provider",
        "CONTEXTFS_EMBEDDING_PROVIDER",
        "auto",
        "Embedding provider: auto takes the best one that is there; words searches without vectors.",
        choices=("auto", "words", "static", "minilm", "openai"),
    ),
    Setting(
        "embedding.url",
        "CONTEXTFS_EMBEDDING_URL",
        "",
        "Base URL of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1.",
        check=_url,
    ),
    Setting(
        "embedding.model",
        "CONTEXTFS_EMBEDDING_MODEL",
        "",
        "Model name asked of that endpoint.",
        check=_line,
    ),
    Setting(
        "embedding.api_key", "CONTEXTFS_EMBEDDING_API_KEY", "", "Key sent to that endpoint.", secret=True
    ),
    Setting(
        "embedding.timeout",
        "CONTEXTFS_EMBEDDING_TIMEOUT",
        10.0,
        "Seconds to wait for that endpoint.",
        lowest=0.1,
        highest=600,
    ),
    Setting(
        "model.url",
        "CONTEXTFS_MODEL_URL",
        "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main",
        "Where `contextfs model install minilm` looks first; only ever asked by that command.",
    ),
    Setting(
        "llm.url",
        "CONTEXTFS_LLM_URL",
        "",
        "Base URL of an OpenAI-compatible language model that writes summaries; empty asks none.",
        check=_url,
    ),
    Setting("llm.model", "CONTEXTFS_LLM_MODEL", "", "Model name asked of that endpoint.", check=_line),
    Setting("llm.api_key", "CONTEXTFS_LLM_API_KEY", "", "Key sent to that endpoint.", secret=True),
    Setting(
        "llm.timeout",
        "CONTEXTFS_LLM_TIMEOUT",
        60.0,
        "Seconds to wait for that endpoint.",
        lowest=0.1,
        highest=600,
    ),
    Setting(
        "session.record",
        "CONTEXTFS_SESSION_RECORD",
        True,
        "Record the tool calls of an assistant as a session of its own.",
    ),
    Setting(
        "search.limit",
        "CONTEXTFS_SEARCH_LIMIT",
        10,
        "How many results a search shows.",
        lowest=1,
        highest=1000,
    ),
    Setting(
        "search.min_relevance",
        "CONTEXTFS_MIN_RELEVANCE",
        -1.0,
        "Relevance below which a memory is not shown; -1 takes the calibrated threshold of the provider.",
        lowest=-1,
        highest=1,
    ),
    Setting(
        "search.branches",
        "CONTEXTFS_SEARCH_BRANCHES",
        "merged",
        "Which branches count: merged puts memories of unmerged ones last; any treats all branches alike.",
        choices=("merged", "any"),
    ),
    Setting(
        "advice.enabled", "CONTEXTFS_ADVICE", True, "Say in one line what would make a saved memory better."
    ),
    Setting(
        "session.idle",
        "CONTEXTFS_SESSION_IDLE",
        8.0,
        "Hours without a message after which a session is no longer the current one.",
        lowest=0.0001,
        highest=8760,
    ),
    Setting(
        "hook.inject",
        "CONTEXTFS_HOOK_INJECT",
        True,
        "Put what is known about a prompt before the model, where a host calls `contextfs hook`.",
    ),
    Setting(
        "hook.capture",
        "CONTEXTFS_HOOK_CAPTURE",
        True,
        "Capture the transcripts of hosts that call `contextfs hook` as sessions.",
    ),
    Setting(
        "hook.budget",
        "CONTEXTFS_HOOK_BUDGET",
        1000,
        "Tokens that a hook puts before the model at most.",
        lowest=100,
        highest=2000,
    ),
    Setting(
        "hook.deadline",
        "CONTEXTFS_HOOK_DEADLINE",
        300,
        "Milliseconds after which a hook at a prompt says nothing.",
        lowest=20,
        highest=10_000,
    ),
    Setting(
        "usage.enabled",
        "CONTEXTFS_USAGE",
        True,
        "Note, on this machine only, which memories are found, read and put into prompts.",
    ),
    Setting(
        "secrets.refuse",
        "CONTEXTFS_SECRETS_REFUSE",
        True,
        "Refuse text that holds a secret; false only warns.",
    ),
    Setting(
        "mcp.pact",
        "CONTEXTFS_MCP_PACT",
        False,
        "Give MCP clients the tools pact_save, pact_search and pact_update as well.",
    ),
    Setting(
        "mirror",
        "CONTEXTFS_MIRROR",
        False,
        "Keep every memory as a Markdown page under namespaces/ in the data directory as well.",
    ),
    Setting(
        "inbox.recognise",
        "CONTEXTFS_INBOX_RECOGNISE",
        True,
        "Look through captured turns for what is worth remembering; it waits in the inbox.",
    ),
    Setting(
        "inbox.auto_accept",
        "CONTEXTFS_INBOX_AUTO_ACCEPT",
        "",
        "Kinds of candidates that are saved without asking, such as: preference, fix:0.95",
        check=_rules,
    ),
    Setting(
        "inbox.keep_days",
        "CONTEXTFS_INBOX_KEEP_DAYS",
        30.0,
        "Days after which a candidate that nobody answered is forgotten.",
        lowest=0.01,
        highest=3650,
    ),
    Setting("sync.enabled", "CONTEXTFS_SYNC_ENABLED", False, "Synchronise with the team's PostgreSQL."),
    Setting(
        "sync.postgres_url",
        "CONTEXTFS_POSTGRES_URL",
        "",
        "Connection string of the team's PostgreSQL.",
        secret=True,
    ),
    Setting(
        "sync.interval", "CONTEXTFS_SYNC_INTERVAL", 300, "Seconds between two synchronisations.", lowest=1
    ),
)
