"""Sessions through the front door: what is said is kept whole, found, moved, hidden and brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contextfs import ContextFS, MemoryType, Session
from contextfs.api.recording import Recorded
from contextfs.domain.clock import Timestamp, new_id, now_micros, to_micros
from contextfs.domain.search import NO_FILTERS, Scope
from contextfs.domain.session import Message
from contextfs.errors import AmbiguousId, InvalidInput, MemoryNotFound, SecretRefused, SessionNotFound
from contextfs.store.conversations import Conversations

Check = Callable[..., list[str]]
MOMENT = Timestamp.from_micros(1_700_000_000_000_000)
KEY = "AKIA" + "QX7RJ2M5TZ3LWPVD"


def shifted(**how: float) -> Timestamp:
    """A time so far from the moment of all tests."""
    return Timestamp.from_micros(to_micros(MOMENT) + int(timedelta(**how) / timedelta(microseconds=1)))


def heading(**fields: Any) -> Session:
    """The heading of a conversation from elsewhere."""
    given: dict[str, Any] = {"id": new_id(), "tool": "codex", "namespace": "team"}
    return Session(**{**given, "started_at": MOMENT, "ended_at": MOMENT, **fields})


def taken(ctx: ContextFS, said: list[str], **fields: Any) -> Recorded:
    """Take in a conversation of user and assistant in turns; its messages have the same ids each time."""
    session = heading(**fields)
    messages = [
        Message(
            ("user", "assistant")[n % 2],
            text,
            at=shifted(seconds=n),
            id=f"{session.id[:24]}{n:08x}",
        )
        for n, text in enumerate(said)
    ]
    return ctx.sessions.record(session, messages)


# ── kept ────────────────────────────────────────────────────────────────────────────────────────────────────────────

STORABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | STORABLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STORABLE, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("user", "assistant", "tool", "system")),
            STORABLE,
            st.dictionaries(STORABLE.filter(bool), JSON, max_size=2),
        ),
        max_size=12,
    )
)
def test_what_is_said_comes_back_as_it_was(
    ctx: ContextFS, said: list[tuple[str, str, dict[str, Any]]]
) -> None:
    """Any roles, texts and metadata are loaded as they were recorded, in their order."""
    ctx.settings.set("secrets.refuse", "false")
    session = heading()
    messages = [Message(role, text, MOMENT, metadata, new_id()) for role, text, metadata in said]
    ctx.sessions.record(session, messages)
    loaded = ctx.load_session(session.id)
    assert list(loaded.messages) == messages
    assert loaded.length == len(messages)


def test_a_long_output_is_kept_whole_and_found_by_its_beginning(
    ctx: ContextFS, tmp_path: Path, disagreements: Check
) -> None:
    """Megabytes of output are loaded whole; words are looked for in the first four thousand characters."""
    output = "walrus at the start " + "x " * 1_000_000 + "narwhal at the end"
    ctx.add_message("tool", output, metadata={"name": "Bash"})
    session = ctx.end_session(generate_summary=False)
    assert ctx.load_session(session.id).messages[0].content == output
    assert [one.session.id for one in ctx.sessions.search("walrus")] == [session.id]
    assert ctx.sessions.search("narwhal") == []
    assert disagreements(tmp_path / "data") == []


def test_taking_in_again_adds_only_what_is_new(ctx: ContextFS, tmp_path: Path, disagreements: Check) -> None:
    """The same conversation twice changes nothing, a longer one adds its end and moves the end of the session."""
    said = [f"line {n} of a talk about migrations" for n in range(250)]
    name = new_id()
    assert taken(ctx, said, id=name).added == 250
    again = taken(ctx, said, id=name)
    assert (again.added, again.known) == (0, 250)
    later = shifted(hours=1)
    grown = taken(ctx, [*said, "one more line"], id=name, ended_at=later)
    assert (grown.added, grown.known, grown.session.ended_at, grown.session.length) == (1, 250, later, 251)
    assert [one.content for one in ctx.load_session(name).messages] == [*said, "one more line"]
    assert disagreements(tmp_path / "data") == []


def test_secrets_are_taken_out_and_counted(ctx: ContextFS) -> None:
    """A conversation that is taken in is told how many secrets it lost, unless the gate is open."""
    done = taken(ctx, [f"the key is {KEY}", f"thanks, {KEY} works", "good"])
    assert done.redacted == 2
    assert KEY not in "".join(one.content for one in ctx.load_session(done.session.id).messages)
    ctx.settings.set("secrets.refuse", "false")
    kept = taken(ctx, [f"the key is {KEY}"])
    assert kept.redacted == 0 and KEY in ctx.load_session(kept.session.id).messages[0].content
    ctx.settings.set("secrets.refuse", "true")
    for refused in (
        lambda: ctx.update_session(kept.session.id, label=KEY),
        lambda: ctx.start_session(label=KEY),
        lambda: ctx.end_session(label=KEY),
        lambda: ctx.save(save_session="current", label=KEY),
    ):
        with pytest.raises(SecretRefused):
            refused()


def test_what_is_gone_is_not_taken_in_again(ctx: ContextFS) -> None:
    """A deleted or erased conversation stays away, whatever is imported."""
    done = taken(ctx, ["hello", "there"])
    name = done.session.id
    assert ctx.sessions.standing(name) == "here"
    ctx.delete_session(name)
    assert ctx.sessions.standing(name) == "deleted"
    with pytest.raises(SessionNotFound, match="deleted"):
        taken(ctx, ["hello", "there", "again"], id=name)
    ctx.erase(name)
    assert ctx.sessions.standing(name) == "erased"
    with pytest.raises(SessionNotFound, match="erased"):
        taken(ctx, ["hello"], id=name)
    assert ctx.sessions.standing(new_id()) == "new"


# ── the current one ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_verb_begins_a_session_where_none_is_going_on(ctx: ContextFS) -> None:
    """A message, an end, an update and a save each make the session they need."""
    ctx.add_message("user", "first words")
    assert ctx.list_sessions()[0].length == 1
    ctx.end_session()
    assert ctx.end_session().length == 0
    assert ctx.update_session(label="named").label == "named"
    ctx.end_session()
    assert ctx.save(save_session="current").session_id == ctx.load_session(label="named").id
    memory = ctx.save(save_session="current", label="empty")
    assert "nothing was recorded" in memory.content.lower()
    assert (memory.type, memory.session_id) == (MemoryType.EPISODIC, ctx.load_session(label="empty").id)
    assert len(ctx.list_sessions()) == 4


def test_what_just_ended_is_what_a_save_means(ctx: ContextFS) -> None:
    """With none going on, the session that ended here last is saved, once, whatever tool it was begun with."""
    begun = ctx.start_session(tool="claude-code")
    ctx.add_message("user", "We decided to keep the carts in Redis, because they have to outlive a restart.")
    ctx.end_session(generate_summary=True)
    memory = ctx.save(save_session="current", label="carts")
    assert memory.session_id == begun.id and "Redis" in memory.content
    assert ctx.load_session(label="carts").id == begun.id
    assert ctx.save(save_session="current", label="next").session_id != begun.id


def test_the_only_open_session_is_what_a_save_of_another_tool_means(ctx: ContextFS, tmp_path: Path) -> None:
    """A save by another tool takes the one session that is open in the namespace, and none where there are two."""
    begun = ctx.start_session(label="talk")
    ctx.add_message("user", "We decided to sign with RS256.")
    other = ContextFS(tmp_path / "data", source_tool="cli", namespace=begun.namespace)
    assert other.save(save_session="current").session_id == begun.id
    ctx.start_session()
    ContextFS(tmp_path / "data", source_tool="codex", namespace=begun.namespace).start_session()
    assert ContextFS(tmp_path / "data", source_tool="aider", namespace=begun.namespace).save(
        save_session="current"
    ).session_id not in {one.id for one in ctx.list_sessions() if one.tool != "aider"}


def test_a_session_begun_for_another_tool_stays_the_current_one(ctx: ContextFS, tmp_path: Path) -> None:
    """A tool that records a session of another one finds it again in the next process, and ends it with the next."""
    begun = ctx.start_session(tool="claude-code")
    again = ContextFS(tmp_path / "data", namespace=begun.namespace)
    now_ = again.sessions.current()
    assert now_ is not None and now_.id == begun.id
    again.start_session()
    assert ctx.load_session(begun.id).ended_at is not None


def test_each_session_has_a_memory_of_its_own(ctx: ContextFS) -> None:
    """Two sessions that say the same under one label are saved as two memories."""
    first = ctx.save(save_session="current", label="twice")
    second = ctx.save(save_session="current", label="twice")
    assert first.id != second.id and first.session_id != second.session_id
    assert ctx.save(save_session=second.session_id).id == second.id


def test_a_session_is_saved_by_its_label(ctx: ContextFS) -> None:
    """A label, a session or an id names what is saved; anything else is told."""
    begun = ctx.start_session(label="named")
    assert ctx.save(save_session="named").session_id == begun.id
    assert ctx.save(save_session=begun).session_id == begun.id
    with pytest.raises(InvalidInput):
        ctx.save(save_session=True)  # type: ignore[arg-type]


# ── which one is meant ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_id_names_no_session(ctx: ContextFS) -> None:
    """What is empty is never the latest session."""
    begun = ctx.start_session()
    for refused in (ctx.load_session, ctx.delete_session, ctx.update_session, ctx.sessions.restore):
        with pytest.raises(SessionNotFound):
            refused("")
    assert [one.id for one in ctx.list_sessions()] == [begun.id]
    assert ctx.delete_session("current").id == begun.id
    with pytest.raises(SessionNotFound, match="going on"):
        ctx.delete_session("current")


def test_nothing_that_is_about_it_names_the_nearest(ctx: ContextFS) -> None:
    """A session about something else is not loaded, only named."""
    taken(ctx, ["How deep do I plant tulips?", "Ten centimetres."], namespace=ctx.workspace.namespace)
    with pytest.raises(SessionNotFound) as told:
        ctx.load_session(query="database design")
    assert told.value.hint
    with pytest.raises(SessionNotFound, match="nope") as filtered:
        ctx.load_session(tool="nope")
    assert "codex" in filtered.value.hint
    assert ctx.load_session(query="tulips plant deep").length == 2


def test_the_own_session_is_not_an_earlier_one(ctx: ContextFS) -> None:
    """Who asks for the latest session while in one means the one before."""
    with pytest.raises(SessionNotFound):
        ctx.load_session(skip_current=True)
    before = ctx.start_session()
    ctx.add_message("user", "How deep do I plant tulips?")
    ctx.start_session()
    ctx.add_message("user", "How deep do I plant tulips?")
    assert ctx.load_session(skip_current=True).id == before.id
    assert ctx.load_session(query="plant tulips deep", skip_current=True).id == before.id


def test_a_label_that_is_the_beginning_of_another_id_is_ambiguous(ctx: ContextFS) -> None:
    """Neither hides the other; the full id is always the id."""
    first = ctx.start_session()
    second = ctx.start_session(label=first.id[:8])
    with pytest.raises(AmbiguousId):
        ctx.delete_session(first.id[:8])
    assert ctx.load_session(first.id).id == first.id
    assert ctx.load_session(label=first.id[:8]).id == second.id


def test_a_deleted_session_is_restored_and_erased_by_its_label(ctx: ContextFS) -> None:
    """What deletes by a label also restores and erases by it; what is not deleted is not restored."""
    begun = ctx.start_session(label="tulips")
    ctx.add_message("user", "How deep?")
    with pytest.raises(SessionNotFound, match="not deleted"):
        ctx.sessions.restore("tulips")
    ctx.delete_session("tulips")
    assert ctx.sessions.restore("tulips").id == begun.id
    ctx.delete_session("tulips")
    assert ctx.erase("tulips").id == begun.id


def test_an_id_leaves_nothing_to_choose(ctx: ContextFS) -> None:
    """An id with a query is refused, a label with a query looks among the sessions of that label."""
    begun = ctx.start_session(label="tulips")
    with pytest.raises(InvalidInput, match="query"):
        ctx.load_session(begun.id, query="roses")
    ctx.add_message("user", "How deep do I plant tulips?")
    assert ctx.load_session(label="tulips", query="plant tulips deep").id == begun.id


def test_beginning_one_ends_the_one_before(ctx: ContextFS) -> None:
    """There is one current session, and what was said before stays with its own."""
    first = ctx.start_session(label="first")
    ctx.add_message("user", "to the first")
    second = ctx.start_session(label="second")
    ctx.add_message("user", "to the second")
    assert ctx.load_session(first.id).ended_at is not None
    now_ = ctx.sessions.current()
    assert now_ is not None and (now_.id, now_.length) == (second.id, 1)


def test_a_session_that_was_left_is_not_the_current_one(ctx: ContextFS, tmp_path: Path) -> None:
    """After the hours of the setting without a message a session is over for whoever comes then."""
    ctx.add_message("user", "long ago", at=Timestamp.from_micros(now_micros() - 9 * 3_600_000_000))
    session = ctx.sessions.current()
    assert session is not None and session.length == 1  # it began just now, whatever its message says
    old = heading(
        started_at=Timestamp.from_micros(now_micros() - 9 * 3_600_000_000), ended_at=None, tool="python"
    )
    ctx.sessions.record(old, [])
    ctx.end_session()
    assert ctx.sessions.current() is None
    ctx.settings.set("session.idle", "10")
    found = ctx.sessions.current()
    assert found is not None and found.id == old.id


def test_memories_are_saved_in_the_session_that_is_going_on(ctx: ContextFS) -> None:
    """A memory of now belongs to it; one that names another, or comes from elsewhere, does not."""
    before = ctx.save("Saved before anything began")
    session = ctx.start_session()
    during = ctx.save("Saved while it goes on")
    named = ctx.save("Saved with a session of its own", session_id="other")
    older = ctx.save("Brought along from elsewhere", created_at=MOMENT)
    again = ctx.save("Saved before anything began")
    ctx.end_session()
    after = ctx.save("Saved when all was over")
    assert [one.session_id for one in (before, during, named, older, again, after)] == [
        "", session.id, "other", "", "", "",
    ]  # fmt: skip
    assert [one.id for one in ctx.sessions.memories(session)] == [during.id]


def test_saving_with_a_text_of_ones_own(ctx: ContextFS) -> None:
    """The content that is given is the summary of the session and the memory; a label without a session is refused."""
    ctx.add_message("user", "Shall we?")
    memory = ctx.save("We shall.", save_session="current", label="decided", tags=["plan"])
    session = ctx.load_session(label="decided")
    assert (memory.content, memory.tags, session.summary, session.summarized_by) == (
        "We shall.", ("plan",), "We shall.", "person",
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="label names a session"):
        ctx.save("A text", label="alone")
    with pytest.raises(SessionNotFound):
        ctx.save(save_session="nobody knows")


def test_undo_takes_back_the_saving_of_a_session(
    ctx: ContextFS, tmp_path: Path, disagreements: Check
) -> None:
    """Memory and session go back together; that a session began is a fact and stays."""
    ctx.add_message("user", "Shall we?")
    memory = ctx.save(save_session="current", label="decided")
    undone = ctx.undo()
    assert undone.gone == [memory.id]
    assert [(one.label, one.ended_at) for one in undone.sessions] == [("", None)]
    assert ctx.get(memory.id) is None
    assert disagreements(tmp_path / "data") == []


def test_the_history_of_a_session_can_be_read(ctx: ContextFS) -> None:
    """Log, revisions and differences show what became of a heading, and what was not changed does not stand out."""
    session = ctx.start_session(label="first name")
    ctx.update_session(label="second name", summary="Nothing yet.")
    assert [one.verb for one in ctx.history(session.short_id)] == ["start", "update"]
    assert ctx.log(1)[0].session == ctx.history(session.id)[-1].session
    changed = [line for line in ctx.diff(session.id).splitlines()[2:] if line[0] in "+-"]
    wanted = {"-label: first name", "+label: second name", "+summarized_by: person", "+Nothing yet."}
    assert set(changed) == wanted


# ── found ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sessions_are_found_by_words_and_meaning(ctx: ContextFS) -> None:
    """A word of an answer, a word of a label, and another word for the same thing find the right session."""
    shard = taken(
        ctx,
        ["How do we split the orders table?", "Shard it by customer, eight partitions."],
        label="quokka-notes",
    )
    taken(ctx, ["Why does the login page flicker?", "The font loads late; preload it."], label="flicker")
    for query in ("eight partitions", "quokka-notes", "splitting a database table"):
        found = ctx.sessions.search(query)
        assert found and found[0].session.id == shard.session.id, query
    assert ctx.sessions.search("partitions")[0].place == 1
    assert ctx.sessions.search("quokka-notes")[0].place == 0
    both = ctx.sessions.search("quokka-notes partitions")[0]
    assert (both.session.id, both.place) == (shard.session.id, 1) and "eight partitions" in both.excerpt
    assert ctx.sessions.search("quarterly tax return of the bakery") == []


def test_filters_and_scopes_of_sessions(ctx: ContextFS, tmp_path: Path) -> None:
    """Tool, label, time, project and namespace narrow lists and searches in the same way."""
    long_ago = shifted(days=-30)
    a = taken(ctx, ["about the cache"], tool="codex", label="one").session.id
    b = taken(ctx, ["about the cache"], tool="gemini", label="two", project="shop").session.id
    c = ctx.sessions.record(
        heading(started_at=long_ago, ended_at=long_ago, namespace="elsewhere", project="shop"),
        [Message("user", "about the cache", long_ago, id=new_id())],
    ).session.id

    def both(**how: Any) -> set[str]:
        listed = {one.id for one in ctx.list_sessions(**how)}
        assert {one.session.id for one in ctx.sessions.search("cache", **how)} == listed
        return listed

    assert both() == {a, b}
    assert both(all=True) == {a, b, c}
    assert both(tool="gemini") == {b}
    assert both(label="one") == {a}
    assert both(project="shop") == {b, c}
    assert both(namespace="elsewhere") == {c}
    assert both(all=True, until=shifted(days=-2)) == {c}
    assert both(all=True, since=shifted(days=-2)) == {a, b}
    assert ctx.load_session(query="cache", tool="codex").id == a


def test_sessions_are_named_in_many_ways(ctx: ContextFS) -> None:
    """An id, the beginning of one, a label, the value itself, or nothing for the latest; anything else is said."""
    one = taken(ctx, ["x"], id="abcdef" + "1" * 26, label="twice", started_at=shifted(days=-1))
    two = taken(ctx, ["y", "z"], id="abcdef" + "2" * 26, label="twice")
    for which in (two.session.id, "abcdef2", "twice", two.session):
        assert ctx.load_session(which).id == two.session.id
    assert ctx.load_session().id == two.session.id
    assert ctx.load_session("abcdef1").id == one.session.id
    with pytest.raises(AmbiguousId, match="several sessions"):
        ctx.load_session("abcdef")
    with pytest.raises(SessionNotFound, match="no-such-label"):
        ctx.load_session("no-such-label")
    with pytest.raises(InvalidInput):
        ctx.sessions.search("   ")
    with pytest.raises(MemoryNotFound, match="is the id of a session"):
        ctx.recall(one.session.id)


# ── moved, hidden, rebuilt ──────────────────────────────────────────────────────────────────────────────────────────


def test_deleted_means_gone_from_every_index(ctx: ContextFS, tmp_path: Path, disagreements: Check) -> None:
    """Words, vectors and windows of a deleted session are gone, its messages are not, and undo indexes them again."""
    done = taken(ctx, [f"line {n} about the walrus flag" for n in range(300)], label="walrus")
    assert ctx.embed_waiting(1000) > 100
    ctx.delete_session("walrus")
    assert ctx.list_sessions() == [] and ctx.sessions.search("walrus flag") == []
    assert disagreements(tmp_path / "data") == []
    with ctx._engine.store.reading() as view:
        conversations = Conversations.of(view)
        assert (
            conversations.total() == 0 and conversations.seen(conversations.visible(NO_FILTERS, Scope())) == 0
        )
        assert len(conversations.messages_of(done.session.id)) == 300
    ctx.undo()
    assert ctx.load_session("walrus").length == 300
    assert ctx.sessions.search("walrus flag")
    ctx.delete_session("walrus")
    assert ctx.sessions.restore(done.session.id).length == 300
    assert disagreements(tmp_path / "data") == []


def test_sessions_move_with_their_namespace(ctx: ContextFS, tmp_path: Path, disagreements: Check) -> None:
    """A renamed namespace takes its sessions along, and they are found there and not here."""
    taken(ctx, [f"line {n} about the walrus flag" for n in range(230)])
    ctx.embed_waiting(1000)
    ctx.namespaces.rename("team", "crew")
    assert ctx.list_sessions() == [] and len(ctx.list_sessions(namespace="crew")) == 1
    assert ctx.sessions.search("walrus flag") == [] and ctx.sessions.search("walrus flag", namespace="crew")
    assert [(one.name, one.sessions) for one in ctx.namespaces.list()] == [("crew", 1), ("team", 0)]
    assert disagreements(tmp_path / "data") == []


def test_indexes_are_built_again_from_the_messages(
    ctx: ContextFS, tmp_path: Path, disagreements: Check
) -> None:
    """After the word index was lost, reindex finds everything again, vectors too."""
    taken(ctx, [f"line {n} about the walrus flag" for n in range(230)], label="kept")
    with ctx._engine.store._database.writing() as connection:
        connection.execute("INSERT INTO message_lexical(message_lexical) VALUES ('delete-all')")
    ctx.reindex()
    assert ctx.sessions.search("walrus flag") and ctx.sessions.search("kept")
    with ctx._engine.store.reading() as view:
        provider = ctx._engine.embedder.provider
        assert (
            provider is not None
            and Conversations.of(view).waiting(provider.identity, ctx.scope(all=True)) == 0
        )
    assert disagreements(tmp_path / "data") == []
