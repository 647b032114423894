"""The verb: which hosts, what would change, and doing it once somebody agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contextfs.errors import InvalidInput
from contextfs.integrations.install import applying, planning
from contextfs.integrations.install.host import Host
from contextfs.integrations.install.ledger import Ledger
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.planning import FileChange
from contextfs.integrations.install.table import HOSTS

_TRIES = 5
"""How often a plan is made anew when hosts write their files meanwhile."""


def found(place: Place) -> dict[str, str]:
    """The hosts that are on this machine, each with the place that tells."""
    seen = {name: host.found(place) for name, host in HOSTS.items()}
    return {name: where for name, where in seen.items() if where}


def chosen(names: Sequence[str], scope: str, place: Place, *, uninstall: bool = False) -> list[Host]:
    """The hosts that somebody named; ``all``, or nobody, means those that are found and have this scope.

    To take us out, every host is looked at: its program may be gone and its files still there.
    """
    if not names or "all" in names:
        among = HOSTS if uninstall else found(place)
        return [HOSTS[name] for name in among if scope in HOSTS[name].scopes]
    unknown = [name for name in names if name not in HOSTS]
    if unknown:
        raise InvalidInput(f"There is no host {unknown[0]!r}.", hint=f"Hosts: {', '.join(HOSTS)}, all")
    without = [name for name in names if scope not in HOSTS[name].scopes]
    if without:
        raise InvalidInput(
            f"{HOSTS[without[0]].title} has no configuration for a {scope}.",
            hint=f"Leave out --{scope}, or name other hosts.",
        )
    rows = [HOSTS[name] for name in dict.fromkeys(names)]
    missing = next((row.needs for row in rows if row.needs and not row.found(place)), "")
    if missing:
        sentence, hint = missing.split(". ")
        raise InvalidInput(f"{sentence}.", hint=hint)
    return rows


def plan(
    hosts: Sequence[Host], place: Place, scope: str, ledger: Ledger, *, uninstall: bool
) -> list[FileChange]:
    """What would change, file by file."""
    changes: list[FileChange] = []
    wrong: list[InvalidInput] = []
    for host in hosts:
        try:
            changes += _plan_one(host, place, scope, ledger, uninstall=uninstall)
        except InvalidInput as error:
            wrong.append(error)
    if wrong:
        said = "\n".join(error.message for error in wrong)
        raise InvalidInput(said, hint=_LEAVE_OUT if len(hosts) > 1 else wrong[0].hint)
    return changes


_LEAVE_OUT = (
    "Nothing was written, for the other hosts neither. Mend that, or leave it out by naming the others:"
    " contextfs install HOST HOST"
)


def _plan_one(host: Host, place: Place, scope: str, ledger: Ledger, *, uninstall: bool) -> list[FileChange]:
    wanted = host.wanted(place, scope)
    if uninstall:
        return planning.uninstalled(host.name, wanted, applying.read, ledger.kept)
    return planning.installed(host.name, wanted, applying.read, ledger.kept)


def carry_out(
    make: Callable[[], list[FileChange]], ledger: Ledger, agree: Callable[[Sequence[FileChange]], bool]
) -> list[FileChange]:
    """Plan, ask, write; what moved in between is planned and asked for again. Returns what was changed."""
    moved = ""
    for _ in range(_TRIES):
        changes = make()
        if not changes or not agree(changes):
            return []
        try:
            applying.carry_out(changes, ledger)
        except applying.Moved as error:
            moved = str(error)
        else:
            return changes
    raise InvalidInput(
        f"{moved} is written by another program all the time.", hint="Close that program and try again."
    )
