"""Tags: their one spelling, and the tag in use that a new one nearly is.

A tag is lowercase and hyphenated, and may be whatever a git ref may be: `user-auth`, `feature/x`, `v1.2.0`.
"""

from __future__ import annotations

from collections.abc import Iterable

from contextfs.domain.compounds import humps
from contextfs.domain.given import listed
from contextfs.errors import InvalidInput

MAX_LENGTH = 100
_HINT = "Tags are words like user-auth, feature/x or v1.2.0."

# Short and long forms of one word that people use for the same thing.
_SAME = {
    short: long
    for long, shorts in {
        "administration": "admin",
        "application": "app",
        "architecture": "arch",
        "authentication": "auth authn",
        "configuration": "config conf cfg",
        "database": "db",
        "dependencies": "deps",
        "development": "dev",
        "documentation": "docs doc",
        "environment": "env",
        "infrastructure": "infra",
        "javascript": "js",
        "kubernetes": "k8s kube",
        "performance": "perf",
        "postgresql": "postgres pg psql",
        "production": "prod",
        "python": "py",
        "repository": "repo",
        "typescript": "ts",
    }.items()
    for short in shorts.split()
}


def normalise(tag: str) -> str:
    """The one spelling of a tag: `UserAuth`, `user auth`, `user_auth` are `user-auth`; raises InvalidInput."""
    for letter in tag:
        if not letter.isprintable() and not letter.isspace():
            raise InvalidInput(f"The tag {tag!r} holds the control character {letter!r}.", hint=_HINT)
    words = " ".join("-".join(humps(word)) for word in tag.replace("_", " ").split())
    spelled = _composed(words.lower()).replace(" ", "-")
    while "--" in spelled:
        spelled = spelled.replace("--", "-")
    spelled = spelled.lstrip("-#").rstrip("-")
    if not spelled:
        raise InvalidInput(f"The tag {tag!r} is empty.", hint=_HINT)
    if len(spelled) > MAX_LENGTH:
        raise InvalidInput(f"The tag {spelled[:30]!r}… has more than {MAX_LENGTH} characters.", hint=_HINT)
    return spelled


def normalise_all(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags in their one spelling, each once, in their order."""
    return tuple(dict.fromkeys(normalise(tag) for tag in tags))


def parse_list(text: str) -> tuple[str, ...]:
    """The tags of a list with commas, as a command line has them; nothing between two commas is no tag."""
    return normalise_all(listed("tags", text))


def near(tag: str, known: Iterable[str]) -> str | None:
    """The tag in use that this new one nearly is: its plural, its short form, or one slip of a finger away."""
    candidates = list(known)
    if tag in candidates:
        return None
    return next((other for other in candidates if nearly(tag, other)), None)


def nearly(one: str, other: str) -> bool:
    """Whether two tags are one word: a plural, a short form, or one slip of a finger away."""
    left, right = plain(one), plain(other)
    if left == right or one.replace("-", "") == other.replace("-", ""):
        return True
    # Another number is another thing: python2 and python3, v1.2 and v1.3.
    if _digits(left) != _digits(right):
        return False
    # Short words lie close to each other by nature: auth and oauth, test and rest.
    return min(len(left), len(right)) >= 6 and _one_slip(left, right)


def plain(tag: str) -> str:
    """A tag as its words are meant: singular, without hyphens, short forms written out."""
    words = (_singular(_SAME.get(word, word)) for word in tag.split("-"))
    return "".join(_SAME.get(word, word) for word in words)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word[-2].isalpha():
        return word[:-1]
    return word


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter more, less, other, or swapped with its neighbour makes the words equal."""
    if one[:1] != other[:1]:
        return False
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return True
    return (
        short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    )


def _composed(text: str) -> str:
    """Accents as one character with their letter, however they were typed."""
    if text.isascii():
        return text
    from unicodedata import normalize  # only for tags in other scripts

    return normalize("NFC", text)
