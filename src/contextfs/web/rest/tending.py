"""The calls of packs, the inbox and tending, as rows of the same table."""

from __future__ import annotations

from contextfs.domain.candidate import CandidateMemory
from contextfs.domain.memory import Saved
from contextfs.domain.pack import ContextPack
from contextfs.domain.rounds import KEYS, KINDS, Acted, Round
from contextfs.domain.tending import Feedback, Merge, Pairs, Retagged, Split, Stats, TagInfo
from contextfs.web.rest.rows import FLAG, TEXT, TEXTS, Call, Field, many_of, one_of, rest, whole

_DRY = Field("dry_run", FLAG, "Only say what would be done.")
_ALL = Field("all", FLAG, "In every namespace.")
_SOME: tuple[Field, ...] = (
    Field("ids", {**TEXTS, "minItems": 1, "maxItems": 100}, "Their ids.", required=True),
)

TENDING: tuple[Call, ...] = (
    Call("GET", "/context", "context",
         lambda ctx, given: ctx.context(**given),
         ContextPack,
         (Field("task", TEXT, "What is to be done."), Field("budget", whole(100, 100_000, 2000), "Tokens at most."),
          Field("file", TEXTS, "A file that it is about.", called="files"))),
    Call("GET", "/inbox", "inbox.list", lambda ctx, given: ctx.inbox.list(**given),
         list[CandidateMemory], (Field("limit", whole(1, 1000, 50), "How many at most."), _ALL)),
    Call("POST", "/inbox/accept", "inbox.accept", lambda ctx, given: ctx.inbox.accept(*given["ids"]), list[Saved],
         body=_SOME, lane="writing"),
    Call("POST", "/inbox/reject", "inbox.reject", lambda ctx, given: ctx.inbox.reject(*given["ids"]),
         list[CandidateMemory], body=_SOME, lane="writing"),
    Call("GET", "/review", "review.look",
         lambda ctx, given: ctx.review.look(**given), Round,
         (Field("kind", many_of(*KINDS), "Only these kinds.", called="kinds"),
          Field("limit", whole(1, 1000, 50), "How many at most."), _ALL), lane="long"),
    Call("POST", "/review", "review.act",
         lambda ctx, given: ctx.review.act(**given),
         Acted,
         body=(Field("key", TEXT, "The key of the item.", required=True, called="item"),
               Field("verb", one_of(*KEYS), "The answer.", required=True),
               Field("content", TEXT, "The text, for an answer that takes one."), _DRY), lane="writing"),
    Call("POST", "/merge", "merge",
         lambda ctx, given: ctx.merge(*given["ids"], **rest(given, "ids")), Merge,
         body=(*_SOME, Field("content", TEXT, "Its text; by default that of the first."),
               Field("join", FLAG, "Add the paragraphs that only the others have."), _DRY), lane="writing"),
    Call("POST", "/memories/{id}/split", "split",
         lambda ctx, given: ctx.split(given["id"], **rest(given, "id")), Split,
         body=(Field("parts", TEXTS, "The parts; by default its paragraphs."), _DRY), lane="writing"),
    Call("POST", "/memories/{id}/feedback", "feedback",
         lambda ctx, given: ctx.feedback(given["id"], **rest(given, "id")), Feedback,
         body=(Field("said", one_of("useful", "wrong"), "What is to be said of it.", required=True), _DRY),
         lane="writing"),
    Call("GET", "/tags", "tags.list", lambda ctx, given: ctx.tags.list(**given),
         list[TagInfo], (Field("limit", whole(1, 10_000, 1000), "How many at most."),
                         Field("near", FLAG, "With tags that are probably the same word."))),
    Call("POST", "/tags/rename", "tags.rename",
         lambda ctx, given: ctx.tags.rename(**given), Retagged,
         body=(Field("old", TEXT, "The tag.", required=True), Field("new", TEXT, "What to call it.", required=True),
               _DRY),
         lane="writing"),
    Call("GET", "/stats", "stats", lambda ctx, given: ctx.stats(**given), Stats,
         (Field("weeks", whole(1, 500, 12), "How many weeks."), _ALL), lane="long"),
    Call("GET", "/duplicates", "duplicates", lambda ctx, given: ctx.duplicates(**given), Pairs, (_ALL,),
         lane="long"),
    Call("GET", "/contradictions", "contradictions", lambda ctx, given: ctx.contradictions(**given),
         Pairs, (_ALL,), lane="long"),
)  # fmt: skip
