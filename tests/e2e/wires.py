"""The four protocols that assistants speak to their models: what a request says, and the shape of an answer.

Only what the real programs need is here: streamed answers of one text or one tool call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

Body = dict[str, Any]
Events = list[tuple[str, Any]]
"""Server-sent events: their name, which may be empty, and their data."""


class Offer(NamedTuple):
    """A tool that a request offers to the model."""

    name: str
    description: str
    group: str = ""
    """What the name is qualified by where a protocol has groups of tools."""
    kind: str = "function"


class Call(NamedTuple):
    """The model calls a tool: any that is offered and whose name ends so."""

    tool: str
    arguments: Body


class Say(NamedTuple):
    """The model answers in words."""

    text: str


class Wire(Protocol):
    """One protocol."""

    def offers(self, body: Body) -> list[Offer]:
        """The tools that a request offers."""
        ...

    def events(self, body: Body, reply: Call | Say, offer: Offer | None) -> Events:
        """The answer as a stream."""
        ...


def words(value: object) -> Iterator[str]:
    """Every text inside a value, as the model reads it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():  # pyright: ignore[reportUnknownVariableType]
            yield from words(each)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            yield from words(each)  # pyright: ignore[reportUnknownArgumentType]


def _id(prefix: str) -> str:
    return f"{prefix}_{uuid4().hex[:20]}"


class Messages:
    """Anthropic Messages, as Claude Code speaks it."""

    def offers(self, body: Body) -> list[Offer]:
        """Its tools; those that are deferred are not in the prompt."""
        return [
            Offer(tool["name"], tool.get("description", ""))
            for tool in body.get("tools", [])
            if not tool.get("defer_loading")
        ]

    def events(self, body: Body, reply: Call | Say, offer: Offer | None) -> Events:
        """One message of one block."""
        if isinstance(reply, Call) and offer:
            block: Body = {"type": "tool_use", "id": _id("toolu"), "name": offer.name, "input": {}}
            delta: Body = {"type": "input_json_delta", "partial_json": json.dumps(reply.arguments)}
            reason = "tool_use"
        else:
            block, reason = {"type": "text", "text": ""}, "end_turn"
            delta = {"type": "text_delta", "text": _text(reply)}
        message: Body = {"id": _id("msg"), "type": "message", "role": "assistant", "model": body.get("model")}
        message |= {"content": [], "stop_reason": None, "stop_sequence": None}
        message |= {"usage": {"input_tokens": 10, "output_tokens": 1}}
        parts: list[Body] = [
            {"type": "message_start", "message": message},
            {"type": "content_block_start", "index": 0, "content_block": block},
            {"type": "content_block_delta", "index": 0, "delta": delta},
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": reason, "stop_sequence": None},
                "usage": {"output_tokens": 9},
            },
            {"type": "message_stop"},
        ]
        return [(part["type"], part) for part in parts]


class Responses:
    """OpenAI Responses, as Codex speaks it; tools of an MCP server come as one group, once they were searched for."""

    def offers(self, body: Body) -> list[Offer]:
        """Its tools, also those inside a group, and those that a search has found."""
        found = [tool for item in body.get("input", []) for tool in item.get("tools", [])]
        return [offer for tool in [*body.get("tools", []), *found] for offer in self._of(tool, "")]

    def _of(self, tool: Body, group: str) -> Iterator[Offer]:
        if isinstance(tool.get("tools"), list):
            for inner in tool["tools"]:
                yield from self._of(inner, tool.get("name", ""))
        else:
            yield Offer(tool.get("name") or tool["type"], tool.get("description", ""), group, tool["type"])

    def events(self, body: Body, reply: Call | Say, offer: Offer | None) -> Events:
        """One output item."""
        item = self._call(reply, offer) if isinstance(reply, Call) and offer else self._message(_text(reply))
        usage = {"input_tokens": 10, "input_tokens_details": None, "output_tokens": 5}
        usage |= {"output_tokens_details": None, "total_tokens": 15}
        whole: Body = {"id": _id("resp")}
        parts: list[Body] = [
            {"type": "response.created", "response": whole},
            {"type": "response.output_item.done", "output_index": 0, "item": item},
            {"type": "response.completed", "response": {**whole, "output": [item], "usage": usage}},
        ]
        return [(part["type"], part) for part in parts]

    def _message(self, text: str) -> Body:
        content = [{"type": "output_text", "text": text, "annotations": []}]
        return {"type": "message", "role": "assistant", "id": _id("msg"), "content": content}

    def _call(self, reply: Call, offer: Offer) -> Body:
        if offer.kind == "tool_search":
            item: Body = {"type": "tool_search_call", "execution": "client", "arguments": reply.arguments}
        elif offer.kind == "custom":
            item = {"type": "custom_tool_call", "name": offer.name, "input": reply.arguments["input"]}
        else:
            item = {"type": "function_call", "name": offer.name, "arguments": json.dumps(reply.arguments)}
        group = {"namespace": offer.group} if offer.group else {}
        return {**item, **group, "id": _id("item"), "call_id": _id("call")}


class Completions:
    """OpenAI chat completions, as Copilot CLI speaks it to a provider of one's own."""

    def offers(self, body: Body) -> list[Offer]:
        """Its functions."""
        functions = [tool["function"] for tool in body.get("tools", []) if "function" in tool]
        return [Offer(each["name"], each.get("description", "")) for each in functions]

    def events(self, body: Body, reply: Call | Say, offer: Offer | None) -> Events:
        """One choice in two chunks."""
        delta: Body = {"role": "assistant", "content": _text(reply)}
        if isinstance(reply, Call) and offer:
            function = {"name": offer.name, "arguments": json.dumps(reply.arguments)}
            call = {"index": 0, "id": _id("call"), "type": "function", "function": function}
            delta = {"role": "assistant", "content": None, "tool_calls": [call]}
        reason = "tool_calls" if "tool_calls" in delta else "stop"
        chunk: Body = {"id": _id("chatcmpl"), "object": "chat.completion.chunk", "created": 1_790_000_000}
        chunk |= {"model": body.get("model")}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        last = {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}], "usage": usage}
        return [
            ("", {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}),
            ("", last),
            ("", "[DONE]"),
        ]


class Contents:
    """Gemini generateContent, as Gemini CLI speaks it."""

    def offers(self, body: Body) -> list[Offer]:
        """Its function declarations."""
        declared = [each for tool in body.get("tools", []) for each in tool.get("functionDeclarations", [])]
        return [Offer(each["name"], each.get("description", "")) for each in declared]

    def events(self, body: Body, reply: Call | Say, offer: Offer | None) -> Events:
        """One candidate of one part."""
        part: Body = {"text": _text(reply)}
        if isinstance(reply, Call) and offer:
            part = {"functionCall": {"name": offer.name, "args": reply.arguments}}
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
        return [("", {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash"})]


def _text(reply: Call | Say) -> str:
    return reply.text if isinstance(reply, Say) else ""


def wire_of(path: str) -> Wire | None:
    """The protocol that a path belongs to."""
    if path.endswith("/messages"):
        return Messages()
    if path.endswith("/responses"):
        return Responses()
    if path.endswith("/chat/completions"):
        return Completions()
    return Contents() if "generatecontent" in path.lower() else None
