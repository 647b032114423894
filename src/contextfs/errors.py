"""Every error contextfs raises, drawn as one tree; each carries a kind and a hint.

    ContextFSError                     internal
    ├── NotFound                       user
    │   ├── MemoryNotFound
    │   ├── SessionNotFound
    │   ├── RevisionNotFound
    │   ├── NamespaceNotFound
    │   ├── EntityNotFound
    │   └── CandidateNotFound
    ├── AmbiguousId                    user
    ├── InvalidInput                   user
    │   ├── SecretRefused
    │   └── UnreadableSource
    ├── InvalidSetting                 config
    ├── NothingToUndo                  user
    ├── EmbeddingUnavailable           config
    │   └── ModelDownloadFailed        transient
    ├── LanguageModelUnavailable       config
    └── StoreError                     internal
        ├── StoreBusy                  transient
        ├── StoreFull                  config
        ├── StoreUnusable              config
        ├── StoreCorrupt               internal
        ├── StoreMoved                 transient
        └── SchemaTooNew               config

The kind decides what a surface makes of an error: `user` and `config` are the caller's to mend, `transient` may
pass by itself, `internal` is ours. The message names the value that was wrong; the hint says what to do next.
"""

from __future__ import annotations


class ContextFSError(Exception):
    """Something contextfs could not do; catch this to catch them all."""

    kind = "internal"
    hint = "Report it with the output of: contextfs status --json"

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])
        if hint:
            self.hint = hint

    @property
    def message(self) -> str:
        """The sentence that says what went wrong, without the hint."""
        return str(self)


class NotFound(ContextFSError):
    """What was named does not exist."""

    kind = "user"
    hint = "List what there is with: contextfs list --all"


class MemoryNotFound(NotFound):
    """No memory has this id."""


class SessionNotFound(NotFound):
    """No session has this id or label."""

    hint = "Show the sessions with: contextfs sessions --all"


class RevisionNotFound(NotFound):
    """The memory has no such revision."""

    hint = "Show its revisions with: contextfs log ID"


class NamespaceNotFound(NotFound):
    """No memory was ever saved in this namespace."""

    hint = "Show the namespaces with: contextfs namespace list"


class EntityNotFound(NotFound):
    """No memory names this entity."""

    hint = "Show what memories name with: contextfs entity list"


class CandidateNotFound(NotFound):
    """No candidate that waits has this id."""

    hint = "Show what waits with: contextfs inbox"


class AmbiguousId(ContextFSError):
    """The id prefix fits more than one memory."""

    kind = "user"
    hint = "Give more characters of the id."


class InvalidInput(ContextFSError):
    """A value is not one that contextfs accepts."""

    kind = "user"
    hint = "See what is accepted with: contextfs COMMAND --help"


class SecretRefused(InvalidInput):
    """The text seems to hold a secret and was not saved."""

    hint = "Replace the secret by a reference to where it is kept."


class UnreadableSource(InvalidInput):
    """A file or folder cannot be read, or holds no format that contextfs knows."""

    hint = "See what is read with: contextfs import --help"


class InvalidSetting(ContextFSError):
    """A setting has a value that cannot be used."""

    kind = "config"
    hint = "Show the settings and where each comes from with: contextfs config list"


class NothingToUndo(ContextFSError):
    """There is nothing left to undo here."""

    kind = "user"
    hint = "Show what was done with: contextfs log"


class EmbeddingUnavailable(ContextFSError):
    """The embedding provider cannot be used; search by words still works."""

    kind = "config"
    hint = "Show the providers with: contextfs model list"


class ModelDownloadFailed(EmbeddingUnavailable):
    """The model could not be fetched or is not the one we pinned."""

    kind = "transient"
    hint = "Try again; what was fetched is kept. Or install from a file: contextfs model install NAME --from PATH"


class LanguageModelUnavailable(ContextFSError):
    """The language model cannot be used; summaries are made of the conversation's own sentences."""

    kind = "config"
    hint = "Show the settings and where each comes from with: contextfs config list"


class StoreError(ContextFSError):
    """The store could not do what was asked."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""

    kind = "transient"
    hint = "Try again in a moment."


class StoreFull(StoreError):
    """The disk has no room left; nothing was written."""

    kind = "config"
    hint = "Free some space, or move the data directory with CONTEXTFS_DATA_DIR."


class StoreUnusable(StoreError):
    """The data directory cannot be opened for reading and writing."""

    kind = "config"
    hint = "Check the path and its permissions, or choose another with CONTEXTFS_DATA_DIR."


class StoreCorrupt(StoreError):
    """The store file is damaged."""

    hint = "Restore a backup with: contextfs backup restore PATH"


class StoreMoved(StoreError):
    """The memory changed between reading and writing."""

    kind = "transient"
    hint = "Try again."


class SchemaTooNew(StoreError):
    """The store was written by a newer contextfs."""

    kind = "config"
    hint = "Upgrade contextfs; nothing was changed."
