"""Speech: what somebody said in a message, as sentences; code, output and text that hosts inject are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.domain.fence import without_fences
from contextfs.domain.session import Message

_SPEAKERS = ("user", "assistant")
_MOST, _LEAST = 6_000, 400
"""Characters of one message that are read; what is longer is a paste, whose middle says least."""
_ALL_CHARACTERS = 700_000
"""Of a whole conversation; in a longer one less of each message is read, so that it takes no longer."""
_MOST_MESSAGES = 4_000
_SHORTEST, _LONGEST = 3, 45
"""Words of a sentence that can stand in a summary."""

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_INJECTED = re.compile(
    r"<(system-reminder|environment_context|user_instructions|session_context|hook_context"
    r"|command-[\w-]+|local-command-[\w-]+|task-notification|ide_[\w-]+|tool_[\w-]+|function_[\w-]+|thinking|think)"
    r"\b[^>]*>.*?(?:</\1>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:>\s*)*(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|\(?\d{1,3}[.)]\s+)")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*]+\*\*:?\s*$|[=\-_*]{3,}\s*$)")
# What programs print and people paste: stack traces, logs, diffs, prompts, tables, lines of code.
_OUTPUT = re.compile(
    r"""\s*(?:
      File\s"[^"]+",\sline\s\d+ | Traceback\s\(most | at\s[\w$.<>]+\(.*\)\s*$ | (?:\$|%|>>>|\#!|PS>)\s*\S
    | \d{4}-\d\d-\d\d[T\s]\d\d:\d\d | \d\d:\d\d:\d\d\b | \[\d | (?:DEBUG|INFO|WARN(?:ING)?|ERROR|TRACE)\b[\s:\]]
    | (?:\+\+\+|---|@@|diff\s--git|index\s[0-9a-f]{7}) | [+-](?![\s\d]) | \| | E\s{2,} | [{}()\[\]<>]+[,;]?\s*$
    | (?:def|class|import|from|return|const|let|var|function|export|async|await|public|private|SELECT|INSERT|UPDATE
      |CREATE|DELETE|ALTER|FROM|WHERE)\s[^.?!]*[({;=:,*][^.?!]*$
    | [\w.\[\]'"]+\s*[-+*/|&]?=[^=] .*
    ) | .*[;{}]\s*$""",
    re.VERBOSE,
)
_EXCEPTION = re.compile(r"[\w.]*(?:Error|Exception): \S")
"""The last line of a stack trace, which says what the others do not."""
# A full stop that ends no sentence has a short form before it, or a small letter behind it.
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]*_]*\s+(?=[\"'“‘(\[*_`]*[A-Z0-9À-ÞА-Я`])|(?<=[。！？])\s*")
_CASUAL_END = re.compile(r"(?<=\w[.!?…])[\"'”’)]*\s+(?=[\w`\"'(])|(?<=[。！？])\s*")
_BORDER = re.compile(r"[.!?…]\s+|[。！？]|\n")
_SHORT_FORM = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Fig|z\.B|d\.h|u\.a|bzw|ca|usw|evtl|ggf)"
    r"|\b[A-Z])\.$",
)
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])")
_LETTERS = re.compile(r"[^\W\d_]")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")
_ASKS = re.compile(r"(?i)(?:how|what|why|can|could|should|is|are|do|does|did|will|would|which|where|who)\b")
"""How a question begins whose mark was forgotten."""
_PER_WORD = 2.5
"""Letters of a script without spaces that say as much as a word."""


class Sentence(NamedTuple):
    """One sentence as it stands in the conversation, with white space made single."""

    text: str
    role: str
    place: int
    """Which message of the conversation it stands in."""
    order: int
    """Its own place among all sentences."""
    under: str = ""
    """The heading, or the line with a colon, that it stands under."""

    @property
    def is_question(self) -> bool:
        """Whether it asks."""
        end = self.text.rstrip("\"'”’)*_ ")
        return end.endswith(("?", "？")) or (
            not end.endswith((".", "!", "。")) and bool(_ASKS.match(self.text))
        )


def sentences_of(messages: Sequence[Message]) -> list[Sentence]:
    """Every sentence that somebody said, in order; each wording once, where it was said first."""
    found: list[Sentence] = []
    known: set[str] = set()
    places = _spoken_places(messages)
    most = min(_MOST, max(_LEAST, _ALL_CHARACTERS // (len(places) or 1)))
    for place in places:
        message = messages[place]
        for under, text in spoken(message.content, most):
            wording = text.casefold()
            if wording not in known:
                known.add(wording)
                found.append(Sentence(text, message.role, place, len(found), under))
    return found


def _spoken_places(messages: Sequence[Message]) -> list[int]:
    """The messages that are read: of very many both ends, and of the middle rather users than assistants."""
    places = [place for place, message in enumerate(messages) if message.role in _SPEAKERS]
    if len(places) <= _MOST_MESSAGES:
        return places
    end = _MOST_MESSAGES // 4
    users: list[int] = []
    others: list[int] = []
    for place in places[end:-end]:
        (users if messages[place].role == "user" else others).append(place)
    middle = sorted([*_evenly(users, 3 * _MOST_MESSAGES), *_evenly(others, end)])
    return [*places[:end], *middle, *places[-end:]]


def _evenly(places: Sequence[int], most: int) -> Sequence[int]:
    return places[:: len(places) // most + 1]


def spoken(content: str, most: int = _MOST, longest: int = _LONGEST) -> Iterator[tuple[str, str]]:
    """The sentences of one message, of which about so many characters are read, each with what it stands under.

    Sentences of more than `longest` words are left out, and so is what cannot stand by itself.
    """
    casual = content.lstrip()[:1].islower()
    for under, paragraph in _paragraphs(prose(content, most)):
        for text in _split(paragraph, casual=casual):
            if _can_stand(text, longest):
                yield under, text


def prose(content: str, most: int = _MOST) -> str:
    """The message without code, without what hosts put into it, and without the middle of a long paste."""
    if len(content) > 4 * _MOST:  # before anything looks for the end of a block in megabytes
        content = f"{content[: 2 * _MOST]}\n\n{content[-2 * _MOST :]}"
    if "<" in content:
        content = without_fences(content)
        content = _INJECTED.sub("\n", content)
    if "```" in content or "~~~" in content:
        content = _FENCE.sub("\n", content)
    if len(content) > most:
        content = f"{_whole(content[: most * 2 // 3], 0)}\n\n{_whole(content[-most // 3 :], 1)}"
    return content


def _whole(part: str, side: int) -> str:
    """The part without the sentence that was cut at its end (side 0) or its beginning (side 1)."""
    borders = [found.end() for found in _BORDER.finditer(part)]
    if not borders:
        return ""
    return part[borders[0] :] if side else part[: borders[-1]]


def size(text: str) -> int:
    """How many words a text has; scripts without spaces are counted by their letters."""
    if text.isascii():
        return text.count(" ") + 1
    unspaced = len(_UNSPACED.findall(text))
    return text.count(" ") + 1 + round(unspaced / _PER_WORD)


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Lines that belong together as one, each with its heading; list items stand alone, output is left out."""
    gathered: list[str] = []
    code = blank = True
    heading = lead = ""
    for line in text.splitlines():
        bare = line.strip()
        code = bare != "" and line.startswith(("    ", "\t")) and (blank or code)
        item = None if code or not bare else _ITEM.match(line)
        named, titled = _EXCEPTION.match(bare), _HEADING.match(line)
        ends = not bare or code or item is not None or named or titled or _OUTPUT.match(line)
        if ends and gathered:
            yield lead or heading, " ".join(gathered)
            gathered = []
        if named:
            yield heading, bare
        elif item is not None:
            rest = line[item.end() :].strip()
            if rest and not _OUTPUT.match(rest):
                gathered = [rest]
        elif titled:
            heading, lead = _title(bare) or heading, ""
        elif not ends:
            lead = bare if bare.endswith((":", "：")) else "" if blank else lead
            gathered.append(bare)
        blank = not bare
    if gathered:
        yield lead or heading, " ".join(gathered)


def _title(line: str) -> str:
    return line.strip("#*=-_ \t:")


def _split(paragraph: str, *, casual: bool) -> Iterator[str]:
    """The sentences of a paragraph; who writes without capitals begins none with one."""
    text = " ".join(_STRONG.sub(lambda found: found[1] or found[2], paragraph).split())
    start = 0
    for end in (_CASUAL_END if casual else _END).finditer(text):
        piece = text[start : end.start()]
        if not _SHORT_FORM.search(piece) and piece.count("`") % 2 == 0:
            yield text[start : end.end()].strip()
            start = end.end()
    yield text[start:].strip()


def _can_stand(text: str, longest: int) -> bool:
    """Whether it can be read by itself: long enough, made of words, and no mere beginning of a list."""
    if text.endswith((":", "：")) or not _SHORTEST <= size(text) <= longest:
        return False
    return len(_LETTERS.findall(text)) >= 0.6 * len(text.replace(" ", ""))
