"""Chat: one question and its answer by any server that speaks the OpenAI chat call, local or remote."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, cast

from contextfs.errors import LanguageModelUnavailable

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPResponse
    from typing import IO

CHECK = "Check llm.url, llm.model and llm.api_key with: contextfs config list"
_MOST_BYTES = 1_000_000
"""Of an answer; more is no answer to a question of ours."""
_PIECE = 65_536
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_REFUSAL = re.compile(
    r"(?:i['\u2019]?m|i am) (?:sorry|unable|not able)|i (?:cannot|can['\u2019]?t|won['\u2019]?t)\b|sorry,"
    r"|unfortunately, i|as an ai\b",
    re.IGNORECASE,
)
_REFUSAL_CHARACTERS = 400
"""A longer answer that begins like a refusal has something to say after it."""


class ChatEndpoint:
    """Answers questions by a configured OpenAI-compatible endpoint."""

    def __init__(self, url: str, model: str, api_key: str = "", timeout: float = 60.0) -> None:
        self._url = url.rstrip("/")
        self._model = model
        self._key = api_key
        self._timeout = timeout

    @property
    def name(self) -> str:
        """The model that answers."""
        return self._model or "default"

    def available(self) -> bool:
        """Whether an endpoint is configured; whether it answers shows when it is asked."""
        return bool(self._url)

    def answer(self, rules: str, question: str) -> str:
        """What the model says to a question under these rules; raises LanguageModelUnavailable when it says nothing."""
        import json  # a fresh process that only records needs none of it

        asked = [{"role": "system", "content": rules}, {"role": "user", "content": question}]
        body = json.dumps({"model": self._model, "messages": asked, "stream": False}).encode()
        try:
            choice = json.loads(self._post(body))["choices"][0]
            said = _said(choice["message"])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as cause:
            raise self._refuse("did not answer with a message") from cause
        text = _THOUGHT.sub("", said).strip()
        if not text:
            raise self._refuse("answered with nothing")
        if _REFUSAL.match(text) and len(text) < _REFUSAL_CHARACTERS:
            raise self._refuse(f"would not answer ({text[:100]!r})")
        return text

    def _post(self, body: bytes) -> bytes:
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError
        from urllib.request import Request

        if not self._url.startswith(("http://", "https://")):
            raise LanguageModelUnavailable(
                f"llm.url is {self._url!r}; it must begin with http:// or https://.",
                hint="Set it with: contextfs config set llm.url http://127.0.0.1:11434/v1",
            )
        headers = {"Content-Type": "application/json", "User-Agent": "contextfs"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = Request(f"{self._url}/chat/completions", body, headers)  # noqa: S310 - the scheme is checked above
        until = time.monotonic() + self._timeout
        try:
            with _opener().open(request, timeout=self._timeout) as answer:
                return self._read(cast("HTTPResponse", answer), until)
        except HTTPError as cause:
            cause.close()
            raise self._refuse(f"answered {cause.code} {cause.reason}") from cause
        except URLError as cause:
            raise self._refuse(f"cannot be reached: {cause.reason}") from cause
        except (HTTPException, OSError) as cause:
            raise self._refuse(f"did not answer in full: {cause or type(cause).__name__}") from cause

    def _read(self, answer: HTTPResponse, until: float) -> bytes:
        """The whole answer; a server that sends it drop by drop, or without end, is not waited for."""
        parts: list[bytes] = []
        size = 0
        while part := answer.read1(_PIECE):
            parts.append(part)
            size += len(part)
            if size > _MOST_BYTES:
                raise self._refuse(f"answered with more than {_MOST_BYTES // 1000} kB")
            if time.monotonic() > until:
                raise self._refuse(f"did not answer within {self._timeout:g} seconds")
        return b"".join(parts)

    def _refuse(self, what: str) -> LanguageModelUnavailable:
        return LanguageModelUnavailable(f"The language model at {self._url} {what}.", hint=CHECK)


def _said(message: dict[str, Any]) -> str:
    """The text of a message, which some servers send in parts; a refusal has none."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text") or "" for part in content)


def _opener() -> Any:
    """An opener that follows no redirect: the conversation and the key go where they were meant to, or nowhere."""
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Straight(HTTPRedirectHandler):
        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
        ) -> None:
            """None: the redirect is an error."""

    return build_opener(Straight)
