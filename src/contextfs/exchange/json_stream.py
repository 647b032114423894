"""A big JSON document, read piece by piece: an export of half a gigabyte is never held whole.

What is complete in the text read so far is parsed by the standard library; the text grows only while its next piece
does not fit. That is as fast as `json.loads`, and takes what streaming parsers choke on: lone surrogates, NaN, and
brackets without end, which ijson turned into more than 20 GB.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from json import JSONDecodeError
from typing import IO

from contextfs.errors import InvalidInput
from contextfs.exchange.json_lines import BOM, DECODER

LONGEST = 1 << 27
"""Characters of one piece, such as a conversation with everything in it."""
_READ = 1 << 20
_SPACE = re.compile(r"[\s\0]*")
_OF_NUMBERS = "+-.0123456789eE"
_NEAR_THE_END = 16
"""A number, a name or an escape that is cut off leaves at most so much behind."""


def pieces(file: IO[bytes], arrays: Collection[str] = ()) -> Iterator[tuple[str, object]]:
    """The elements of the array that the document is, or the entries of the object, each with its key.

    Of an array under one of the keys `arrays` the elements come one by one. Raises InvalidInput where it is not JSON.
    """
    text = _Text(file)
    opening = text.next()
    if opening == "[":
        yield from (("", value) for value in _elements(text))
    elif opening == "{":
        yield from _entries(text, arrays)
    else:
        raise text.damaged("it begins with no bracket")


def _elements(text: _Text) -> Iterator[object]:
    text.take("[")
    while text.next() != "]":
        yield text.value()
        if text.next() != "]":
            text.take(",")
    text.take("]")


def _entries(text: _Text, arrays: Collection[str]) -> Iterator[tuple[str, object]]:
    text.take("{")
    while text.next() != "}":
        key = str(text.value())
        text.take(":")
        if text.next() == "[" and key in arrays:
            yield from ((key, value) for value in _elements(text))
        else:
            yield key, text.value()
        if text.next() != "}":
            text.take(",")
    text.take("}")


class _Text:
    """The text of a file from where it is being read, with as much ahead as one piece needs."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._at = 0
        self._before = 0  # characters already let go
        self._ended = False
        self._more()
        self._at = len(self._text) - len(self._text.lstrip(BOM))

    def next(self) -> str:
        """The next character that is no white space, not yet taken; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    def take(self, mark: str) -> None:
        """Pass over one mark, which must come next."""
        if self.next() != mark:
            raise self.damaged(f"{mark!r} is missing")
        self._at += 1

    def value(self) -> object:
        """The whole value that comes next."""
        self.next()
        while True:
            try:
                found, end = DECODER.raw_decode(self._text, self._at)
            except JSONDecodeError as error:
                if self._ended or self._is_wrong(error):
                    raise self.damaged(error.msg) from None
            except RecursionError:
                raise self.damaged("too many brackets inside each other") from None
            else:
                if self._ended or not isinstance(found, int | float) or not self._goes_on(end):
                    self._at = end
                    return found
            self._more()

    def _goes_on(self, end: int) -> bool:
        """Whether a number that ends here may go on in what is not read yet."""
        return len(self._text) - end < _NEAR_THE_END and not self._text[end:].strip(_OF_NUMBERS)

    def _is_wrong(self, error: JSONDecodeError) -> bool:
        """Whether more text cannot help."""
        return not error.msg.startswith("Unterminated") and error.pos < len(self._text) - _NEAR_THE_END

    def _more(self) -> None:
        """Read on: twice as much at each try, so that a long piece is not looked at too often."""
        rest = self._text[self._at :]
        if len(rest) > LONGEST:
            raise self.damaged(f"one piece has more than {LONGEST:,} characters")
        read = self._file.read(max(_READ, len(rest)))
        self._before += self._at
        self._ended = not read
        self._text = rest + self._decoder.decode(read, final=self._ended)
        self._at = 0

    def damaged(self, what: str) -> InvalidInput:
        """The error that says where the document stops being one."""
        return InvalidInput(
            f"It is not JSON from character {self._before + self._at + 1:,} on: {what}.",
            hint="Fetch it again, or name what it is with --format.",
        )
