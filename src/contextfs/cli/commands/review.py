"""contextfs review: the round through what a store has to be asked about, answered with single keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, documents, options, render, rounds, suggest
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb
from contextfs.cli.keyboard import LEAVE, Keyboard
from contextfs.domain.rounds import KINDS, MERGE, Acted, Action, ReviewItem, Round
from contextfs.errors import ContextFSError

if TYPE_CHECKING:
    from contextfs.api import ContextFS

_VERBS = ("accept", "reject", "edit", "merge")


@verb(
    "review",
    "contextfs review",
    "contextfs review --kind contradiction --kind duplicate",
    "contextfs review --json",
    "contextfs review contradiction:3f9c12ab:7aa01c22 reject --dry-run",
    cls=Verb,
)
@click.argument("key", metavar="[KEY", required=False)
@click.argument("answer", metavar="VERB]", required=False, type=click.Choice(_VERBS))
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(tuple(KINDS)),
    metavar="KIND",
    help=f"Only these items: {', '.join(KINDS)}. Repeatable.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 1000),
    default=50,
    show_default=True,
    help="How many items at most.",
)
@click.option("--namespace", shell_complete=suggest.namespaces, metavar="NAME", help="Only this namespace.")
@click.option("--all", "everywhere", is_flag=True, help="Every namespace.")
@click.option("--content", metavar="TEXT", help="The text, where VERB takes one; - reads standard input.")
@options.dry_run
@options.as_rows
def review(
    key: str | None,
    answer: str | None,
    kinds: tuple[str, ...],
    limit: int,
    namespace: str | None,
    content: str | None,
    *,
    everywhere: bool,
    dry_run: bool,
    form: str,
) -> None:
    """Go through what is worth a look, and answer with single keys.

    At a terminal each item is shown with its answers: a accept, r reject, e edit, m merge; j and k go on and back, u
    takes the last answer back, q ends. Elsewhere, and with --json, the items are listed with their keys, and KEY VERB
    answers one of them. Every answer is one action for `contextfs undo`.
    """
    options.check_scope(namespace, everywhere=everywhere)
    if key and not answer:
        raise click.UsageError(f"Say what to do with {key}: {', '.join(_VERBS)}.")
    with front() as ctx:
        if key and answer:
            text = asking.piped() if content == "-" else content
            done = ctx.review.act(key, answer, text, dry_run=dry_run)
            render.did(form, text=lambda: rounds.acted(done), document=lambda: rounds.acted_document(done))
            return
        found = ctx.review.look(kinds, limit, namespace=namespace, all=everywhere)
        if form == "text" and found.items and asking.someone_there() and not dry_run:
            _Walk(ctx, found).run()
            return
    render.show(
        form,
        text=lambda: rounds.listing(found),
        document=lambda: {
            "items": [rounds.document(one) for one in found.items],
            "looked": [documents.plain(one) for one in found.looked],
        },
        rows=lambda: map(rounds.document, found.items),
    )


class _Walk:
    """Somebody at a terminal who goes from item to item."""

    def __init__(self, ctx: ContextFS, found: Round) -> None:
        self._ctx = ctx
        self._found = found
        self._items = found.items
        self._keyboard = Keyboard()
        self._place = 0
        self._done: dict[int, str] = {}
        self._answered: list[tuple[int, list[int]]] = []
        """Each answered item, with those that it settled as well."""

    def run(self) -> None:
        """Show item after item until somebody leaves or all are answered."""
        with self._keyboard.listening():
            self._go()
        render.say(rounds.ended(self._found, len(self._done)))

    def _go(self) -> None:
        keys = {"j": self._next, "k": self._back, "u": self._undo}
        shown = -1
        while len(self._done) < len(self._items):
            if shown != self._place:
                self._show()
                shown = self._place
            pressed = self._keyboard.press()
            if pressed in {"q", LEAVE}:
                return
            if pressed in keys:
                keys[pressed]()
                shown = -1
            elif action := self._action(pressed):
                shown = -1 if self._answer(action) else shown
            else:
                render.say(rounds.keys(self._item, self._done.get(self._place, "")))

    @property
    def _item(self) -> ReviewItem:
        return self._items[self._place]

    def _show(self) -> None:
        said = self._done.get(self._place, "")
        render.say(rounds.item(self._item, self._place + 1, len(self._items), said))

    def _next(self) -> None:
        self._place = min(self._place + 1, len(self._items) - 1)

    def _back(self) -> None:
        self._place = max(self._place - 1, 0)

    def _action(self, pressed: str) -> Action | None:
        if self._place in self._done:
            return None
        return next((one for one in self._item.actions if one.key == pressed), None)

    def _answer(self, action: Action) -> bool:
        """Carry out an answer and go on to the next open item; says so where it cannot be done."""
        try:
            done = self._carried_out(action)
        except ContextFSError as error:
            render.say(render.paint(f"{error.message} {error.hint}", "warning"))
            return False
        if done is None:
            render.say("Nothing was changed.")
            return False
        render.say(render.paint(f"✓ {done.said}", "added"))
        self._done[self._place] = done.said
        self._answered.append((self._place, self._settled(done)))
        self._onward()
        return True

    def _settled(self, done: Acted) -> list[int]:
        """The open items about memories that this answer took out of the round; they are marked as answered."""
        out = {one.id for one in done.memories if one.superseded_by or one.status != "active"}
        places = [
            place
            for place, one in enumerate(self._items)
            if place not in self._done and out.intersection(memory.id for memory in one.memories)
        ]
        self._done.update(dict.fromkeys(places, "settled by another answer"))
        return places

    def _carried_out(self, action: Action) -> Acted | None:
        if not action.asks:
            return self._ctx.review.act(self._item, action.verb)
        command = f"contextfs review {self._item.key} {action.verb} --content -"
        with self._keyboard.lent(), asking.reworded(self._item.draft, command) as text:
            if not text and action.verb != MERGE:
                return None
            return self._ctx.review.act(self._item, action.verb, text or self._item.draft)

    def _onward(self) -> None:
        """To the next item that has no answer yet, from the beginning where there is none below."""
        places = (*range(self._place + 1, len(self._items)), *range(self._place))
        self._place = next((place for place in places if place not in self._done), self._place)

    def _undo(self) -> None:
        """Take back the last answer of this walk, and show its item again."""
        if not self._answered:
            render.say("Nothing was answered yet.")
            return
        self._ctx.undo()
        self._place, settled = self._answered.pop()
        for place in settled:
            del self._done[place]
        render.say(render.paint(f"Taken back: {self._done.pop(self._place)}", "warning"))
