"""Is this text a real secret, or only the place where one would stand? Pure judgements on one value.

`${DB_PASSWORD}`, `<token>`, `xxx`, `settings.api_key` and `user-auth-2024` are no secrets; `hunter2` after
`password=` is one.
"""

from __future__ import annotations

_ELISIONS = (
    *("...", "…", "xxx", "***", "___", "your", "example", "placeholder", "redacted", "dummy", "changeme"),
    *("change-me", "change_me"),
)
# A value that begins like this says where the secret is, or is part of a program.
_REFERENCES = (
    *("$", "%", "{", "<", "&", "*", "@", "!", "#", "/", "./", "~/", "\\", "=", "-", "|"),
    *(
        "env.",
        "env:",
        "env[",
        "os.",
        "process.",
        "self.",
        "this.",
        "config",
        "settings",
        "secrets.",
        "vault:",
    ),
    *(
        "op://",
        "ref+",
        "arn:",
        "ssm:",
        "sm://",
        "keyring:",
        "file:",
        "http:",
        "https:",
        "var.",
        "data.",
        "local.",
    ),
)
_STAND_INS = frozenset(
    """
    password passwd passphrase pass pwd secret token user username admin root guest postgres mysql redis rabbitmq
    mongo minio none null true false nil undefined required optional string changeit mysecretpassword mypassword
    my new old the some db app secure test fake sample insert replace todo hidden masked foobar foo bar baz
    """.split()  # noqa: SIM905 - a list literal would be fifty quoted words
)
# Words with a number that are spoken of, not spoken: `password: argon2id`, `token: oauth2`.
_TERMS = frozenset(
    """
    aes argon base bcrypt char ecdsa ed es hmac hs http int jwt md oauth pbkdf ps python rs rsa scrypt sha str totp
    uint utf v varchar vault
    """.split()  # noqa: SIM905 - a list literal would be thirty quoted words
)


_PASSWORD_MARKS = frozenset("!#$%^&*?+=~@§€")
"""Marks that people put into passwords and that join no words."""


def is_elided(text: str) -> bool:
    """Whether part of the text was left out or is a stand-in: `sk-ant-...`, `ghp_xxxxxxxx`, `your-key`."""
    lower = text.lower()
    return any(mark in lower for mark in _ELISIONS)


def is_reference(text: str) -> bool:
    """Whether a value only says where the secret is kept, or is a word that stands for one."""
    lower = text.lower()
    if (
        lower.startswith(_REFERENCES)
        or len(set(lower)) <= 2
        or all(part in _STAND_INS for part in _parts(lower))
    ):
        return True
    if "_" in text and text.isupper() and not any(letter.isdigit() for letter in text):
        return True  # DB_PASSWORD, the name of a variable
    return is_elided(text)


def is_token_like(text: str) -> bool:
    """Whether a text with a token's beginning goes on like a token, not like words with hyphens."""
    if is_elided(text):
        return False
    return any(
        len(part) >= 16 or (len(part) >= 8 and _is_mixed(part)) for part in _parts(text) if not part.isalpha()
    ) or (len(text) >= 20 and text.isalnum())


def is_real_url_password(text: str, user: str) -> bool:
    """Whether what stands between the user and the host of a URL is a password that somebody uses."""
    return len(text) >= 3 and text != user and not is_reference(text)


def is_literal_password(text: str, *, quoted: bool, sign: str, last: bool) -> bool:
    """Whether a value given to a password is one: letters with digits or marks, and not a word that is spoken of."""
    value = text.rstrip(".:!?" if not quoted else "")
    if len(value) < 6 or is_reference(value.rstrip("0123456789")) or not _has_letters_and_more(value):
        return False
    if quoted or sign == "=":
        return not _is_code(value) or quoted
    if len(value) < 12 and _is_term(value):
        return False
    if all(_is_word(part) for part in _parts(value)):
        return last and any(letter.isdigit() for letter in value)
    return last or len(value) >= 12


def is_literal_credential(text: str, following: str) -> bool:
    """Whether a value given to a key, a token or a secret is random, rather than a name or part of a program."""
    if len(text) < 12 or following in {"(", "["} or is_reference(text) or _is_uuid(text):
        return False
    if all(_is_word(part) for part in _parts(text)):
        return False
    return any(_is_mixed(part) and len(part) >= 8 for part in _parts(text)) and len(set(text)) >= 8


def is_spoken_password(text: str, *, ends_sentence: bool) -> bool:
    """Whether a value that a sentence gives to a password is one: of several kinds of characters, and no word."""
    if len(text) < 8 or is_reference(text.rstrip("0123456789")) or _is_term(text) or _is_code(text):
        return False
    kinds = _kinds(text)
    if kinds == 4:
        return True
    if all(_is_word(part) for part in _parts(text)):
        return ends_sentence and kinds >= 2 and _has_digits(text) and not _is_compound(text)
    return kinds >= 3 or (
        kinds >= 2 and _digit_runs(text) >= 2 and _is_mixed(text) and not _is_compound(text)
    )


def is_spoken_credential(text: str) -> bool:
    """Whether a value that a sentence gives to a key or a token is random."""
    if len(text) < 16 or _is_code(text) or _is_path(text) or (not text.isalnum() and _is_term(text)):
        return False
    return is_literal_credential(text, "")


def is_bare_password(text: str) -> bool:
    """Whether a value that just follows the word password is one: of every kind of characters."""
    if len(text) < 8 or is_reference(text) or any(mark in "[](){}/:;,|" for mark in text):
        return False
    return _kinds(text) == 4


def is_bare_credential(text: str) -> bool:
    """Whether a value that just follows the name of a key is random: one long word of letters and digits."""
    return len(text) >= 24 and text.isalnum() and is_spoken_credential(text)


def is_unlike_words(text: str) -> bool:
    """Whether some part of a text is no word, not even one with a number: `Zq8wLx9`, not `field1`."""
    return not all(_is_word(part) for part in _parts(text))


def is_real_uuid(text: str) -> bool:
    """Whether a UUID is one that was drawn, rather than one that examples are written with."""
    return _is_uuid(text) and len(set(text)) >= 9 and not text.lower().startswith(("123e4567", "12345678"))


def is_basic_login(text: str) -> bool:
    """Whether base64 holds a user and a password."""
    from binascii import Error, a2b_base64  # only where such a value was seen

    try:
        user, colon, password = a2b_base64(text).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return False
    return bool(colon) and user.isprintable() and is_real_url_password(password, user)


def is_secret_tag(tag: str) -> bool:
    """Whether a tag, which is in lower case by now, holds a token; commit hashes are fine as tags."""
    long = [part for part in _parts(tag) if len(part) >= 16 and _is_mixed(part)]
    return any(not _is_hex(part) for part in long) or (bool(long) and tag.startswith(_TAG_MARKS))


_TAG_MARKS = ("ghp-", "gho-", "ghs-", "github-pat-", "glpat-", "sk-", "hf-", "npm-", "xoxb-", "xoxp-", "dapi")


def _parts(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def _is_word(part: str) -> bool:
    """`auth`, `2024`, `oauth2`, `SessionToken`: letters, digits, or letters with a few digits behind."""
    return part.isdigit() or (
        part.rstrip("0123456789").isalpha() and len(part) - len(part.rstrip("0123456789")) <= 4
    )


def _kinds(text: str) -> int:
    """How many kinds of characters there are: small and capital letters, digits, marks that join no words."""
    marks = any(letter in _PASSWORD_MARKS for letter in text)
    return marks + sum(any(map(kind, text)) for kind in (str.islower, str.isupper, str.isdigit))


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def _digit_runs(text: str) -> int:
    """How many groups of digits there are: `s3cr3t` has two."""
    return len("".join(letter if letter.isdigit() else " " for letter in text).split())


def _is_compound(text: str) -> bool:
    """`v1.2.3-rc1`, `2026-01-15T10:00`, `us-east-1`: short pieces that marks join."""
    parts = _parts(text)
    return len(parts) > 1 and all(len(part) <= 6 or _is_word(part) for part in parts)


def _is_path(text: str) -> bool:
    return "/" in text and len(text) / (text.count("/") + 1) < 16


def _is_term(value: str) -> bool:
    """`argon2id`, `sha256`: a word that is spoken of, with its number."""
    parts = _parts(value.lower())
    stems = [
        part[: next((place for place, c in enumerate(part) if c.isdigit()), len(part))] for part in parts
    ]
    return any(stem in _TERMS for stem in stems)


def _is_mixed(part: str) -> bool:
    return any(letter.isdigit() for letter in part) and any(letter.isalpha() for letter in part)


def _is_hex(part: str) -> bool:
    return not part.lower().strip("0123456789abcdef")


def _is_uuid(text: str) -> bool:
    groups = text.split("-")
    return [len(group) for group in groups] == [8, 4, 4, 4, 12] and all(map(_is_hex, groups))


def _has_letters_and_more(value: str) -> bool:
    return any(letter.isalpha() for letter in value) and not value.replace("_", "").replace("-", "").isalpha()


def _is_code(value: str) -> bool:
    """`request.password`, `hash_v2.digest`: names joined by dots."""
    return "." in value and all(part and (part[0].isalpha() or part[0] == "_") for part in value.split("."))
