"""contextfs install."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, options, render
from contextfs.cli.group import verb
from contextfs.integrations.install.table import HOSTS
from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.integrations.install import checking, installing, places, plugins, showing
    from contextfs.integrations.install.checking import Finding
    from contextfs.integrations.install.host import Host
    from contextfs.integrations.install.ledger import Ledger
    from contextfs.integrations.install.planning import FileChange
else:
    checking = Later("contextfs.integrations.install.checking")
    installing = Later("contextfs.integrations.install.installing")
    plugins = Later("contextfs.integrations.install.plugins")
    places = Later("contextfs.integrations.install.places")
    showing = Later("contextfs.integrations.install.showing")


@verb(
    "install",
    "contextfs install",
    "contextfs install claude-code codex --dry-run",
    "contextfs install all --yes",
    "contextfs install gemini --project",
    "contextfs install --check",
    "contextfs install copilot --uninstall",
)
@click.argument("hosts", nargs=-1, metavar="[HOST]...")
@click.option("--user", "scope", flag_value="user", default="user", help="For you, everywhere. The default.")
@click.option("--project", "scope", flag_value="project", help="For everybody who works on this project.")
@click.option("--uninstall", is_flag=True, help="Take contextfs out again.")
@click.option("--check", is_flag=True, help="Try what is installed, by doing what the hosts do.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@options.yes
@options.as_json
def install(
    hosts: tuple[str, ...],
    scope: str,
    uninstall: bool,
    check: bool,
    dry_run: bool,
    yes: bool,
    form: str,
) -> int:
    """Put contextfs into assistants and editors: its MCP server, and hooks where they have any.

    HOST is claude-code, codex, gemini, copilot, cursor, vscode, windsurf, zed, opencode, claude-desktop, git for the
    hooks of this repository, or all for those that are found here. Other entries and comments stay; what was there
    before is kept and comes back.
    """
    place, ledger = _here()
    if check:
        return _check(hosts, place, scope, form)
    rows = installing.chosen(hosts, scope, place, uninstall=uninstall)
    _consent_possible(hosts, dry_run=dry_run or yes)
    changes: list[FileChange] = []

    def make() -> list[FileChange]:
        changes[:] = installing.plan(rows, place, scope, ledger, uninstall=uninstall)
        return [*changes]

    def agree(planned: Sequence[FileChange]) -> bool:
        if form == "text":
            render.remark("\n\n".join(_coloured(showing.diff(change)) for change in planned))
        return not dry_run and (yes or not asking.someone_there() or asking.agreed(_question(planned)))

    done = installing.carry_out(make, ledger, agree)
    if uninstall and (not hosts or "all" in hosts):
        rows = [row for row in rows if any(change.host == row.name for change in changes)]
    if done and not uninstall:
        _warm(place)
    render.did(
        form,
        text=lambda: _said(rows, changes, done, place, uninstall=uninstall, dry_run=dry_run),
        document=lambda: _document(rows, changes, done),
    )
    return 0


def _check(hosts: Sequence[str], place: places.Place, scope: str, form: str) -> int:
    """Try every host that was named, or every one that contextfs is installed in; fails when one does not work."""
    named = [name for name in hosts if name != "all"]
    usual = [name for name, h in HOSTS.items() if scope in h.scopes and (not h.needs or h.found(place))]
    rows = installing.chosen(named or usual, scope, place)
    found = {host.name: checking.check(host, place, scope) for host in rows}
    shown = {name: findings for name, findings in found.items() if findings or named}
    render.show(
        form,
        text=lambda: (
            "\n".join(_tried(name, findings) for name, findings in shown.items())
            or "contextfs is installed in no assistant here. Install it with: contextfs install"
        ),
        document=lambda: {
            "hosts": [
                {
                    "host": name,
                    "installed": bool(findings),
                    "works": bool(findings) and all(each.works for each in findings),
                    "tried": [{"what": f.what, "works": f.works, "detail": f.detail} for f in findings],
                }
                for name, findings in shown.items()
            ]
        },
    )
    return int(any(not findings or not all(f.works for f in findings) for findings in shown.values()))


def _tried(name: str, findings: Sequence[Finding]) -> str:
    if not findings:
        return f"{HOSTS[name].title}: contextfs is not installed."
    works = all(each.works for each in findings)
    head = f"{HOSTS[name].title}: {'works' if works else 'does not work'}"
    lines = (f"  {'ok ' if f.works else 'bad'}  {f.what}: {f.detail}" for f in findings)
    return "\n".join([render.paint(head, "strong"), *(render.visible(line) for line in lines)])


def _warm(place: places.Place) -> None:
    """Start the server once, so that Python has compiled it before an assistant waits for it."""
    import os

    checking.tools_of(place.programs["contextfs-mcp"], os.environ, place.project)


def _here() -> tuple[places.Place, Ledger]:
    """Where we are, and where the copies of changed files are kept; no store is needed for either."""
    import os

    from contextfs.integrations.install.ledger import Ledger
    from contextfs.settings import Settings

    data_dir = Settings().text("data_dir")
    named = os.environ.get("CONTEXTFS_DATA_DIR", "")
    return places.here(data_dir=os.path.abspath(data_dir) if named else ""), Ledger(data_dir)


def _consent_possible(hosts: Sequence[str], *, dry_run: bool) -> None:
    """Programs name what they want; to change whatever happens to be found, a person has to agree."""
    if not dry_run and not asking.someone_there() and (not hosts or "all" in hosts):
        raise click.UsageError("Nobody is there to agree: name the hosts, or add --yes.")


def _question(changes: Sequence[FileChange]) -> str:
    files = len(changes)
    return f"Write {'this file' if files == 1 else f'these {files} files'}?"


def _coloured(diff: str) -> str:
    styles = {"+": "added", "-": "removed", "@": "dim"}
    lines = (render.visible(line) for line in diff.split("\n"))
    return "\n".join(
        render.paint(line, styles[line[0]]) if line[:1] in styles and line[:3] not in {"+++", "---"} else line
        for line in lines
    )


def _said(
    rows: Sequence[Host],
    changes: Sequence[FileChange],
    done: Sequence[FileChange],
    place: places.Place,
    *,
    uninstall: bool,
    dry_run: bool,
) -> str:
    if not rows and uninstall:
        return "contextfs is installed nowhere here."
    if not rows:
        return "No assistant or editor was found here. Name one: contextfs install claude-code"
    if changes and not done:
        return f"{len(changes)} file(s) would change." if dry_run else "Nothing was changed."
    lines: list[str] = []
    for host in rows:
        files = [showing.short(change.path, place.home) for change in done if change.host == host.name]
        word = "Removed from" if uninstall else "Installed in"
        still = "was not installed in" if uninstall else "is already installed in"
        lines.append(
            f"{word} {host.title}: {', '.join(files)}" if files else f"contextfs {still} {host.title}."
        )
        lines += [f"  {host.note}"] if files and host.note and not uninstall else []
        twice = not uninstall and plugins.is_enabled(host, place)
        lines += [f"  {host.title} {plugins.TWICE}."] if twice else []
    if done and not uninstall:
        lines.append("Try it with: contextfs install --check")
        lines += [_VANISHING] if places.temporary(place) else []
    return "\n".join(lines)


_VANISHING = (
    "These programs live in an environment that uvx made for one run and may remove. Install contextfs for good"
    " with `uv tool install`, then run this again."
)


def _document(
    rows: Sequence[Host], changes: Sequence[FileChange], done: Sequence[FileChange]
) -> dict[str, object]:
    return {
        "hosts": [host.name for host in rows],
        "changed": bool(done),
        "changes": [
            {"host": c.host, "file": c.path, "action": c.action, "diff": showing.diff(c)} for c in changes
        ],
        "notes": [host.note for host in rows if host.note and any(c.host == host.name for c in changes)],
    }
