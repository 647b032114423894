"""Plain JSON conversations: an object with messages, an array of such objects, or an array of messages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from contextfs.domain.transcript import Transcript, Unread
from contextfs.exchange.importers.blocks import list_of, object_of
from contextfs.exchange.importers.plain_messages import LISTS, conversation, is_message, list_in
from contextfs.exchange.json_stream import pieces
from contextfs.exchange.source import Head, Source


def sniff(head: Head) -> bool:
    """Whether its first object is a conversation or a message."""
    if not head.in_list and len(head.lines) > 1:
        return False
    names = dict.fromkeys(head.keys, "")
    return bool(head.keys & set(LISTS)) or (head.in_list and is_message(names))


def read(source: Source) -> Transcript:
    """The conversations of a document."""
    seen: set[str] = set()
    if not source.head.in_list:
        yield from _object(source, seen)
        return
    with source.opened() as file:
        yield from _each((value for _, value in pieces(file)), {}, source.base, seen)


def _object(source: Source, seen: set[str]) -> Transcript:
    """An object is read twice, since what names the conversation may stand behind its messages."""
    given: dict[str, Any] = {}
    with source.opened() as file:
        given = {key: value for key, value in pieces(file, LISTS) if key not in LISTS}
    with source.opened() as file:
        inside = (value for key, value in pieces(file, LISTS) if key in LISTS)
        yield from _each(inside, given, source.base, seen)


def _each(values: Iterator[object], given: dict[str, Any], base: str, seen: set[str]) -> Transcript:
    """The values are conversations, or the messages of a single one."""
    for value in values:
        if list_of(value):
            yield from conversation({}, list_of(value), base, seen)
        elif list_in(object_of(value)):
            one = object_of(value)
            yield from conversation(one, list_in(one), base, seen)
        elif is_message(object_of(value)):
            yield from conversation(given, chain((value,), values), base, seen)
        else:
            yield Unread("object that is no conversation and no message", base)
