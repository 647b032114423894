"""Git: hooks after commits, merges and rewrites, in whatever folder git takes them from, beside those that are there.

They start us in the background and wait for nothing, so a commit takes no longer and never fails because of us.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.git import repository
from contextfs.integrations.install.hooks import program
from contextfs.integrations.install.host import PROJECT, Host
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Script, Wanted

# A rebase commits once for each commit it moves, and tells of them all when it is over.
_COMMIT = """\
case "${{GIT_REFLOG_ACTION:-}}" in rebase*) ;; *)
  ({program} git-event {event} {argument} </dev/null &) >/dev/null 2>&1 || :
esac
"""
# What git says on standard input is for every script in the file, so it is handed on.
_REWRITE = """\
contextfs_rewritten=$(cat)
(printf '%s\\n' "$contextfs_rewritten" | {program} git-event {event} &) >/dev/null 2>&1 || :
exec <<CONTEXTFS_END
$contextfs_rewritten
CONTEXTFS_END
"""
_EVENTS = (
    ("post-commit", _COMMIT, '"$(git rev-parse HEAD)"'),
    ("post-merge", _COMMIT, ""),
    ("post-rewrite", _REWRITE, ""),
)


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    found = _folder(place)
    if not found:
        return ()
    committed = (found + os.sep).startswith(place.project + os.sep) and not _inside_git(found, place)
    words = program(place, PROJECT if committed else scope)
    return tuple(
        Wanted(
            os.path.join(found, event),
            (Script(form.format(program=words, event=event, argument=argument)),),
        )
        for event, form, argument in _EVENTS
    )


def _folder(place: Place) -> str:
    """Where git takes this repository's hooks from; the folder of husky's users, not the one that husky rewrites."""
    found = repository.find(place.project, {})
    if found is None:
        return ""
    configured = repository.config(found, place.environ)
    named = configured.last("core", "hookspath")
    if configured.conditional:
        named = repository.ask(found, "config", "--get", "core.hooksPath")
    if not named:
        return os.path.join(found.common_dir, "hooks")
    if named.startswith("~/"):
        named = place.of_home(named[2:])
    folder = os.path.normpath(os.path.join(found.root, named))
    return os.path.dirname(folder) if folder.endswith(os.path.join(".husky", "_")) else folder


def _inside_git(folder: str, place: Place) -> bool:
    found = repository.find(place.project, {})
    return found is not None and (folder + os.sep).startswith(found.common_dir + os.sep)


def _found(place: Place) -> str:
    return (_folder(place) if place.program_on_path("git") else "") and place.project


HOST = Host(
    "git",
    "git",
    _found,
    _wanted,
    needs="There is no git repository here. Go to the one whose commits are meant.",
)
