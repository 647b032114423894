"""The views, as a browser asks for them."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from contextfs import ContextFS
from contextfs.web.app import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contextfs.web.access import Access


def test_the_first_page_lists_the_latest(visit: Any, ctx: ContextFS) -> None:
    """Without a query the newest memories come first, with how many there are."""
    ctx.save("We use PostgreSQL 16.", tags=["database"])
    page = visit.page("/")
    assert "We use PostgreSQL 16." in page
    assert "1 memory" in page


def test_an_empty_store_says_how_to_begin(visit: Any) -> None:
    """Where nothing is known, the page says what to do."""
    assert "contextfs save" in visit.page("/")


def test_search_answers_with_relevance_and_why(visit: Any, ctx: ContextFS) -> None:
    """A query finds its memory with a relevance that can be explained."""
    memory = ctx.save("Payment webhooks are retried five times with backoff.")
    ctx.save("The office is closed on Fridays.")
    part = visit.part("/", q="webhook retries")
    assert "five times" in part
    assert "Fridays" not in part
    assert "<html" not in part
    assert "webhook" in visit.part(f"/search/why/{memory.id}", q="webhook retries")


def test_facets_narrow_the_results(visit: Any, ctx: ContextFS) -> None:
    """Types, tags and projects are counted, and each narrows what is shown."""
    ctx.save("Never use floats for money.", type="decision", tags=["money"], project="shop")
    ctx.save("Sync clocks before the test.", type="procedural", tags=["tests"])
    facets = visit.part("/search/facets")
    assert re.search(r'name="tag" value="money".*?<span class="count">1<', facets, re.DOTALL)
    for narrowing in ({"type": "decision"}, {"tag": "money"}, {"project": "shop"}):
        part = visit.part("/", **narrowing)
        assert "Never use floats" in part
        assert "Sync clocks" not in part


def test_a_bad_condition_is_told(visit: Any) -> None:
    """A type that there is not is an error that says what is accepted."""
    assert "is not a memory type" in visit.part("/", 400, type="novel")
    assert "is not a memory type" in visit.page("/", 400, type="novel")


def test_more_results_follow_on_demand(visit: Any, ctx: ContextFS) -> None:
    """A long list comes in pages, and the last one ends it."""
    ctx.save_many([f"Rule number {n} of the house." for n in range(25)])
    first = visit.part("/")
    assert first.count('class="hit"') == 20
    second = visit.part("/", offset=20)
    assert second.count('class="hit"') == 5
    assert "More</button>" not in second


def test_a_memory_is_shown_with_everything_around_it(visit: Any, ctx: ContextFS) -> None:
    """Its rendered text, its tags, what it replaces, and where it comes from."""
    old = ctx.save("We deploy by hand.", type="procedural")
    new = ctx.save("## Deploying\n\nWe deploy by `make ship`.", tags=["deploy"], owner="ann")
    ctx.supersede(old, new)
    page = visit.page(f"/memory/{new.id}")
    for wanted in ("<code>make ship</code>", "deploy", "ann", f"/memory/{old.id}", "replaces"):
        assert wanted in page
    assert visit.page(f"/memory/{new.short_id}")
    assert "No memory has" in visit.page("/memory/ffffffff", 404)


def test_history_shows_what_changed_and_goes_back(visit: Any, ctx: ContextFS) -> None:
    """Each revision is a difference; restoring one makes the memory what it was."""
    memory = ctx.save("Timeout is 5 seconds.")
    ctx.update(memory, content="Timeout is 30 seconds.")
    part = visit.part(f"/memory/{memory.id}/history")
    assert re.search(r'class="removed">Timeout is 5', part)
    assert re.search(r'class="added">Timeout is 30', part)
    answer = visit.post(f"/memory/{memory.id}/restore", at=1)
    assert answer.headers["hx-redirect"] == f"/memory/{memory.id}"
    assert ctx.recall(memory).content == "Timeout is 5 seconds."
    assert "Restored" in visit.page(f"/memory/{memory.id}")
    assert "Restored" not in visit.page(f"/memory/{memory.id}")


def test_a_deleted_memory_can_be_brought_back(visit: Any, ctx: ContextFS) -> None:
    """Deleting is undone by a button, and the page of a deleted memory brings it back."""
    memory = ctx.save("Keep me.")
    visit.post(f"/memory/{memory.id}/delete")
    assert ctx.get(memory) is None
    assert "Bring it back" in visit.page(f"/memory/{memory.id}", 410)
    assert "Undone: delete" in visit.post("/undo").text
    assert ctx.get(memory)
    visit.post(f"/memory/{memory.id}/archive")
    assert ctx.recall(memory).status == "archived"


def test_a_memory_is_edited(visit: Any, ctx: ContextFS) -> None:
    """What the form says is what the memory then is; a preview shows it before."""
    memory = ctx.save("Old text.", tags=["a", "b"], summary="Old")
    assert "Old text." in visit.page(f"/memory/{memory.id}/edit")
    assert "<strong>New</strong>" in visit.post("/preview", content="**New**").text
    visit.post(
        f"/memory/{memory.id}/edit",
        content="New text.",
        type="decision",
        tags="b, c",
        summary="",
        status="active",
    )
    after = ctx.recall(memory)
    assert (after.content, after.type, sorted(after.tags), after.summary) == (
        "New text.",
        "decision",
        ["b", "c"],
        "",
    )


def test_a_memory_is_written(visit: Any, ctx: ContextFS) -> None:
    """A new one is saved from the page; an empty one, or one that holds a secret, is refused with a reason."""
    visit.post("/new", content="We ship on Tuesdays.", type="fact", tags="ship")
    assert ctx.search("ship on Tuesdays")[0].memory.source_tool == "web"
    visit.post("/new", 400, content="", type="fact")
    secret = "The key is AKIA" + "IOSFODNN7EXAMPLF"
    assert "secret" in visit.post("/new", 400, content=secret, type="fact").text.lower()


def test_names_cannot_break_out(visit: Any, ctx: ContextFS) -> None:
    """Whatever a memory is called or tagged, the page stays a page."""
    evil = '"><script>alert(1)</script>'
    memory = ctx.save(f"{evil} is the text", summary=evil, project=evil, metadata={evil: evil})
    for text in (
        visit.page("/"), visit.page(f"/memory/{memory.id}"), visit.page(f"/memory/{memory.id}/edit"),
        visit.part("/", q=evil), visit.page("/", q=evil), visit.part("/search/facets"),
    ):  # fmt: skip
        assert "<script>alert" not in text


def test_what_is_nowhere_is_told(visit: Any) -> None:
    """An address that nothing has is answered with a way back, and in JSON where programs ask."""
    assert "There is no page" in visit.page("/nowhere", 404)
    assert visit.client.get("/api/v1/nowhere").json()["error"] == "NotFound"


def test_several_memories_are_changed_as_one_action(visit: Any, ctx: ContextFS) -> None:
    """Tagged, moved to a project, archived and deleted together, and one undo takes each back."""
    ids = [memory.id for memory in ctx.save_many(["First rule.", "Second rule.", "Third rule."])]
    visit.post("/bulk", id=ids[:2], what="add_tags", word="house, rules")
    assert [sorted(ctx.recall(one).tags) for one in ids] == [["house", "rules"], ["house", "rules"], []]
    visit.post("/bulk", id=ids, what="project", word="home")
    visit.post("/bulk", id=ids, what="archive")
    assert {ctx.recall(one).status for one in ids} == {"archived"}
    visit.post("/bulk", id=ids, what="delete")
    assert ctx.list_recent(status="archived") == []
    visit.post("/undo")
    assert {ctx.recall(one).project for one in ids} == {"home"}


def test_a_bulk_action_that_makes_no_sense_is_refused(visit: Any, ctx: ContextFS) -> None:
    """Nothing ticked, an unknown action or a missing word change nothing and say what is missing."""
    memory = ctx.save("Rule.")
    assert "No memory is named" in visit.post("/bulk", 400, what="delete").text
    assert "nothing that can be done" in visit.post("/bulk", 400, id=[memory.id], what="explode").text
    assert "Say which" in visit.post("/bulk", 400, id=[memory.id], what="add_tags").text
    assert visit.post("/bulk", 404, id=["ffffffff"], what="delete")
    assert ctx.get(memory)


def test_a_search_is_kept_and_forgotten(visit: Any, ctx: ContextFS) -> None:
    """A search with its conditions is kept by name, offered on the page, and forgotten on request."""
    visit.post("/searches", q="retry", tag="payments", keep_as="Payment retries")
    assert [one.name for one in ctx.searches.list()] == ["Payment retries"]
    assert "/?q=retry&amp;tag=payments" in visit.page("/").replace("&#x2f;", "/")
    assert "no name" in visit.post("/searches", 400, q="x", keep_as=" ").text
    visit.post("/searches/forget", name="Payment retries")
    assert ctx.searches.list() == []
    assert "No search is saved" in visit.post("/searches/forget", 400, name="Payment retries").text


def test_the_timeline_tells_decisions_by_month(visit: Any, ctx: ContextFS) -> None:
    """Decisions stand under their month, replaced ones marked, other types on request."""
    old = ctx.save("We use MySQL.", type="decision", created_at="2026-01-15")
    new = ctx.save("We use PostgreSQL, since MySQL lost rows.", type="decision", created_at="2026-03-02")
    ctx.supersede(old, new)
    ctx.save("The office is in Bern.", type="fact")
    page = visit.page("/timeline")
    assert page.index("March 2026") < page.index("January 2026")
    assert "replaced" in page
    assert "Bern" not in page
    assert "Bern" in visit.part("/timeline", type="fact")


def test_entities_are_listed_shown_and_put_together(visit: Any, ctx: ContextFS) -> None:
    """What memories name is listed, shown with what is known of it, renamed and merged."""
    ctx.save("`AuthService` checks the tokens, see `src/auth.py`.", type="decision")
    ctx.save("`AuthService` needs `TokenStore`.")
    assert "AuthService" in visit.part("/entities")
    assert "TokenStore" in visit.part("/entities", q="token store")
    page = visit.page("/entities/auth service")
    assert "checks the tokens" in page
    visit.post("/entities/AuthService/rename", new="Login")
    assert "also AuthService" in visit.page("/entities/Login")
    visit.post("/entities/Login/merge", other="TokenStore")
    assert "No memory names" in visit.page("/entities/Nobody", 404)


def test_the_graph_has_what_memories_share(visit: Any, ctx: ContextFS) -> None:
    """Memories, the things that two of them name, what replaces what, and everything around one thing."""
    old = ctx.save("`AuthService` checks tokens with `Redis`.")
    new = ctx.save("`AuthService` checks tokens with `TokenStore` alone.")
    ctx.supersede(old, new)
    found = visit.client.get("/graph.json").json()
    assert {node["label"] for node in found["nodes"] if node["kind"] == "entity"} == {"AuthService"}
    assert {"source": new.id, "target": old.id, "kind": "supersedes"} in found["edges"]
    around = visit.client.get("/graph.json", params={"around": "AuthService"}).json()
    assert "TokenStore" in {node["label"] for node in around["nodes"]}
    assert len(visit.client.get("/graph.json", params={"limit": 2}).json()["nodes"]) <= 2
    assert "graph.js" in visit.page("/graph")


def test_why_shows_lines_with_what_stands_behind_them(
    tmp_path: Path, access: Access, visits: Callable[..., Any]
) -> None:
    """The lines of a file with their commits, and a memory beside the definition that it names."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=Ann", "-c", "user.email=a@example.org"]
    (tmp_path / "pay.py").write_text("import time\n\n\ndef retry_webhook(n):\n    return n < 5\n")
    for command in (["init", "-q"], ["add", "pay.py"], ["commit", "-qm", "Webhooks are retried"]):
        subprocess.run([*git, *command], check=True)
    with ContextFS(data_dir=tmp_path / "data", cwd=str(tmp_path)) as ctx:
        ctx.save("`retry_webhook` stops after 5: the bank blocks us at 6.", type="decision", files=["pay.py"])
        ctx.save("Payments are due at noon.", files=["pay.py"])
        with TestClient(build(ctx, access), base_url="http://127.0.0.1:8000") as client:
            visit = visits(client)
            page = visit.page("/why", place="pay.py")
            beside = page.partition('id="L4"')[2]
            assert "the bank blocks us" in beside.partition("</aside>")[0]
            assert "due at noon" in page.partition("annotated")[0]
            assert "Webhooks are retried" in page
            assert "def retry_webhook" in visit.page("/why", place="pay.py:4-5")
            assert "Nothing is known" in visit.page("/why", 404, place="nowhere.py")
            assert "Why is this code" in visit.page("/why")


def test_statistics_tell_what_there_is(visit: Any, ctx: ContextFS) -> None:
    """Counts by type and tag, growth week by week, and what was never read."""
    ctx.save_many(
        [{"content": f"Rule {n} of the house.", "type": "decision", "tags": ["house"]} for n in range(3)]
    )
    page = visit.page("/statistics")
    for wanted in ("Saved", "Never read", "type=decision", "house", "Index and model"):
        assert wanted in page
    assert visit.page("/statistics", weeks=52, all="1").count('class="ground"') == 3 * 52


def test_sessions_are_replayed_with_the_memories_that_came_out_of_them(visit: Any, ctx: ContextFS) -> None:
    """A conversation is found by what was said in it, shown turn by turn, and a memory stands where it was saved."""
    ctx.start_session(tool="claude-code", label="auth refactor")
    ctx.add_message("user", "Which **lifetime** shall the refresh tokens have?")
    ctx.add_message("tool", "<b>grep</b> output", metadata={"name": "Grep"})
    saved = ctx.save("Refresh tokens live for 15 minutes, because the audit asked for it.", type="decision")
    ctx.add_message("assistant", "Fifteen minutes, as the audit asked. <script>alert(1)</script>")
    session = ctx.end_session()
    other = ctx.start_session(tool="codex", label="billing")
    ctx.add_message("user", "How are invoices numbered?")
    page = visit.page("/sessions")
    assert page.index("billing") < page.index("auth refactor")
    assert "going on" in page
    found = visit.part("/sessions", q="refresh token lifetime")
    assert "auth refactor" in found
    assert "billing" not in found
    assert "billing" not in visit.part("/sessions", tool="claude-code")
    assert "No conversation answers" in visit.part("/sessions", since="2100-01-01")
    page = visit.page(f"/sessions/{session.id}")
    assert "<strong>lifetime</strong>" in page
    assert "&lt;b&gt;grep&lt;" in page
    assert "<script>alert" not in page
    talk = page[page.index('aria-label="Conversation"') :]
    assert talk.index("Grep") < talk.index(f"/memory/{saved.id}") < talk.index("Fifteen minutes")
    assert "No memory was saved" in visit.page(f"/sessions/{other.id}")


def test_a_long_session_is_shown_in_pieces(visit: Any, ctx: ContextFS) -> None:
    """From any place on, with the way back and forth; labels and deletion are undone."""
    for number in range(1, 131):
        ctx.add_message(("user", "assistant")[number % 2], f"message number {number}.")
    session = ctx.end_session(generate_summary=False, label="long talk")
    page = visit.page(f"/sessions/{session.id}")
    assert "message number 60." in page
    assert "message number 61." not in page
    part = visit.part(f"/sessions/{session.id}", **{"from": 61})
    assert "message number 61." in part
    assert "message number 121." not in part
    assert "message number 130." in visit.page(f"/sessions/{session.id}", **{"from": 999})
    visit.post(f"/sessions/{session.id}/label", label="a longer talk")
    assert "a longer talk" in visit.page("/sessions")
    visit.post(f"/sessions/{session.id}/delete")
    assert "a longer talk" not in visit.part("/sessions")
    ctx.undo()
    assert "a longer talk" in visit.part("/sessions")
    assert visit.page("/sessions/nosuchsession", 404)


def test_the_review_queue_is_answered(visit: Any, ctx: ContextFS) -> None:
    """What disagrees stands side by side; an answer takes it out of the queue, and undo brings it back."""
    ctx.save("The session timeout is 30 minutes.", created_at="2026-01-10")
    newer = ctx.save("The session timeout is 15 minutes.", created_at="2026-06-10")
    assert "Looking through" in visit.page("/review")
    shown = visit.part("/review", kind="contradiction")
    assert "30 minutes" in shown
    assert "15 minutes" in shown
    key = ctx.review.queue("contradiction")[0].key
    assert "15 minutes" in visit.part("/review/asking", key=key, verb="edit")
    assert "asks for no text" in visit.part("/review/asking", 400, key=key, verb="accept")
    visit.post("/review/act", key=key, verb="reject")
    assert ctx.review.queue("contradiction") == []
    assert ctx.recall(newer).supersedes
    assert visit.post("/undo").headers["hx-trigger"] == "undone"
    assert [one.key for one in ctx.review.queue("contradiction")] == [key]
    assert "is no kind of item" in visit.part("/review", 400, kind="nonsense")


def test_feedback_is_noted(visit: Any, ctx: ContextFS) -> None:
    """What was called wrong waits in the review; what is neither useful nor wrong is no feedback."""
    memory = ctx.save("The port is 8080.")
    assert "was useful" in visit.post(f"/memory/{memory.id}/feedback", said="useful").text
    assert "waits in the review" in visit.post(f"/memory/{memory.id}/feedback", said="wrong").text
    assert [one.kind for one in ctx.review.queue("wrong")] == ["wrong"]
    assert visit.post(f"/memory/{memory.id}/feedback", 400, said="purple")


def test_nobody_overwrites_what_another_has_just_written(visit: Any, ctx: ContextFS) -> None:
    """A form that was opened before somebody else changed the memory is refused, and the text in it is not lost."""
    memory = ctx.save("Old text.")
    seen = re.search(r'name="seen" value="([^"]+)"', visit.page(f"/memory/{memory.id}/edit"))
    assert seen
    ctx.update(memory, content="Changed in a terminal.")
    refused = visit.post(f"/memory/{memory.id}/edit", 400, content="Mine.", type="fact", seen=seen[1])
    assert "meanwhile" in refused.text
    assert ctx.recall(memory).content == "Changed in a terminal."


def test_undo_takes_back_what_its_notice_speaks_of_and_nothing_else(visit: Any, ctx: ContextFS) -> None:
    """What somebody else did since is left alone, and it is said that nothing was undone."""
    memory = ctx.save("Archive me.")
    visit.post(f"/memory/{memory.id}/archive")
    offered = re.search(r"last&quot;: ?&quot;(\w+)|&quot;last&quot;: &quot;(\w+)", visit.page("/"))
    assert offered
    other = ctx.save("Saved in a terminal meanwhile.")
    refused = visit.post("/undo", 400, last=offered[1] or offered[2])
    assert "nothing was undone" in refused.text
    assert ctx.get(other)
    assert ctx.recall(memory).status == "archived"


def test_a_kind_that_there_is_not_is_told_at_once(visit: Any) -> None:
    """A page that waits for a queue of nothing is no answer."""
    assert "is no kind of item" in visit.page("/review", 400, kind="nonsense")


def test_a_long_word_is_no_heading(visit: Any, ctx: ContextFS) -> None:
    """A text without spaces is cut like any other."""
    ctx.save("x" * 5000)
    assert "x" * 97 not in re.sub(r"<p class=.excerpt.*?</p>", "", visit.part("/"), flags=re.DOTALL)
