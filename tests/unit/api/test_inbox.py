"""The inbox: candidates wait apart from memories, are answered once, and every answer can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.candidate import CandidateMemory
from contextfs.errors import CandidateNotFound, InvalidInput, InvalidSetting, SecretRefused
from contextfs.settings import Settings

Check = Callable[..., list[str]]
WHY = "We chose Postgres over Mongo because the reports need joins."
FIX = "I fixed the KeyError in the counter by using a defaultdict."
RULE = "Always run the linter before you commit."


def talk(ctx: ContextFS, *said: str, tool: str = "claude-code") -> str:
    """A session in which somebody says these things, each answered; returns its id."""
    session = ctx.start_session(tool=tool)
    for text in said:
        ctx.add_message("user", text)
        ctx.add_message("assistant", "Understood.")
    return session.id


def only(ctx: ContextFS) -> CandidateMemory:
    """The one candidate that waits."""
    (found,) = ctx.inbox.list()
    return found


def texts(ctx: ContextFS) -> list[str]:
    """What waits, in the order of the alphabet."""
    return sorted(one.text for one in ctx.inbox.list())


def test_candidates_stand_apart_from_memories(ctx: ContextFS) -> None:
    """What waits is in no search, no list and no count, and carries where it comes from."""
    session = talk(ctx, WHY, "Thanks.", FIX)
    assert ctx.inbox.recognise(session) == 2
    assert (ctx.inbox.count(), texts(ctx)) == (2, [FIX, WHY])
    assert ctx.search("Postgres Mongo joins") == []
    assert ctx.search("") == []
    assert sum(sum(each.values()) for each in ctx.status().memories.values()) == 0
    one = next(one for one in ctx.inbox.list() if one.kind == "decision")
    assert (one.session_id, one.namespace, one.source_tool) == (session, "team", "claude-code")
    assert one.message_id == ctx.load_session(session).messages[0].id
    assert one.said_at is not None
    assert one.expires_at is not None
    assert one.said_at < one.expires_at


def test_looking_again_finds_nothing_new(ctx: ContextFS) -> None:
    """A turn that was read, and one that has grown since, make no second candidate."""
    session = talk(ctx, WHY)
    assert [ctx.inbox.recognise(session) for _ in range(3)] == [1, 0, 0]
    ctx.add_message("assistant", "It is done.")
    assert ctx.inbox.recognise(session) == 0
    ctx.add_message("user", FIX)
    assert ctx.inbox.recognise(session) == 1


def test_an_accepted_candidate_is_a_memory_of_its_session(ctx: ContextFS) -> None:
    """Accepting saves the words with type, session, message and time; undo takes both back, and it waits again."""
    session = talk(ctx, WHY)
    ctx.inbox.recognise(session)
    one = only(ctx)
    (saved,) = ctx.inbox.accept(one.short_id, tags=["storage"])
    memory = saved.memory
    assert saved.created
    assert (memory.content, memory.type, memory.session_id, list(memory.tags)) == (
        WHY,
        "decision",
        session,
        ["storage"],
    )
    assert memory.metadata == {"candidate": "decision", "message": one.message_id}
    assert (memory.created_at, memory.commit) == (one.said_at, "")
    assert ctx.inbox.count() == 0
    undone = ctx.undo()
    assert (undone.verb, list(undone.gone), list(undone.candidates)) == ("accept", [memory.id], [one.id])
    assert ctx.search("") == []
    assert only(ctx).id == one.id
    assert ctx.inbox.accept(one)[0].created


def test_accepting_several_is_one_action(ctx: ContextFS) -> None:
    """One undo takes back all that was accepted together."""
    ctx.inbox.recognise(talk(ctx, WHY, FIX, RULE))
    ctx.inbox.accept(*(one.id for one in ctx.inbox.list()))
    assert (len(ctx.search("")), ctx.inbox.count()) == (3, 0)
    ctx.undo()
    assert (ctx.search(""), ctx.inbox.count()) == ([], 3)


def test_a_candidate_can_be_accepted_in_other_words(ctx: ContextFS) -> None:
    """The text, the type and the tags may be changed while accepting; only one at a time can be reworded."""
    ctx.inbox.recognise(talk(ctx, WHY, FIX))
    first, second = ctx.inbox.list()
    with pytest.raises(InvalidInput, match="2 candidates"):
        ctx.inbox.accept(first, second, content="Both of them.")
    saved = ctx.inbox.accept(first, content="Reports need joins, hence Postgres.", type="fact")[0].memory
    assert (saved.content, saved.type) == ("Reports need joins, hence Postgres.", "fact")
    assert [one.id for one in ctx.inbox.list()] == [second.id]


def test_a_rejection_is_remembered(ctx: ContextFS) -> None:
    """What was rejected is not proposed again, in no session; undo makes it wait again."""
    ctx.inbox.recognise(talk(ctx, WHY))
    one = only(ctx)
    assert [each.id for each in ctx.inbox.reject(one.short_id)] == [one.id]
    assert ctx.inbox.recognise(talk(ctx, WHY, tool="codex")) == 0
    assert ctx.inbox.count() == 0
    assert list(ctx.undo().candidates) == [one.id]
    assert only(ctx).id == one.id
    ctx.inbox.reject(one)
    assert ctx.inbox.count() == 0


def test_what_is_known_is_not_proposed(ctx: ContextFS) -> None:
    """A memory, or another candidate, that says the same or nearly the same keeps a sentence out."""
    ctx.save(WHY, type="decision")
    assert ctx.inbox.recognise(talk(ctx, WHY, f"As I said, {WHY[0].lower()}{WHY[1:]}")) == 0
    assert (
        ctx.inbox.recognise(talk(ctx, FIX, "I fixed the KeyError in the counter by using the defaultdict."))
        == 1
    )


def test_a_secret_never_waits(ctx: ContextFS) -> None:
    """A sentence with a secret is not proposed, and one that is put in while accepting is refused whole."""
    key = "AKIA" + "QX7RJ2M5TZ3LWPVD"
    ctx.inbox.recognise(talk(ctx, f"Always deploy with the key {key} of the team.", WHY, FIX))
    assert texts(ctx) == [FIX, WHY]
    first, second = ctx.inbox.list()
    with pytest.raises(SecretRefused):
        ctx.inbox.accept(first, content=f"The key is {key}.")
    assert ctx.search("") == []
    assert {one.id for one in ctx.inbox.list()} == {first.id, second.id}


def test_a_deleted_session_hides_its_candidates(ctx: ContextFS) -> None:
    """They come back with it, and go for good when it is erased."""
    session = talk(ctx, WHY)
    ctx.inbox.recognise(session)
    ctx.end_session(generate_summary=False)
    ctx.delete_session(session)
    assert ctx.inbox.count() == 0
    ctx.undo()
    assert texts(ctx) == [WHY]
    assert list(ctx.erase(session).found) == []
    assert ctx.inbox.count() == 0


def test_an_erased_memory_takes_its_candidate_along(ctx: ContextFS, tmp_path: Path) -> None:
    """Nothing of an erased memory is left in the inbox, not even a hash, and it is not proposed anew."""
    session = talk(ctx, WHY)
    ctx.inbox.recognise(session)
    one = only(ctx)
    memory = ctx.inbox.accept(one, content="Quokka zeppelin: joins, hence Postgres.")[0].memory
    assert list(ctx.erase(memory.id).found) == []
    assert ctx.inbox.count() == 0
    assert [each.erased for each in ctx.history(memory.id)] == [True, True]
    assert all(change.erased for change in ctx.log(10) if change.kind == "candidate")
    ctx.add_message("user", WHY)
    assert ctx.inbox.recognise(session) == 0
    assert b"Quokka zeppelin" not in (tmp_path / "data" / "contextfs.db").read_bytes()


def test_what_nobody_answers_expires(tmp_path: Path) -> None:
    """After the days of the setting a candidate is gone."""
    data = str(tmp_path / "data")
    with ContextFS(settings=Settings(data_dir=data, environ={}), namespace="team", cwd=str(tmp_path)) as ctx:
        ctx.inbox.recognise(talk(ctx, WHY))
        assert ctx.inbox.count() == 1
    environ = {"CONTEXTFS_INBOX_KEEP_DAYS": "0.01"}
    with ContextFS(
        settings=Settings(data_dir=data, environ=environ), namespace="team", cwd=str(tmp_path)
    ) as ctx:
        table = ctx._engine.store.candidates
        table.expire(2**62)
        assert ctx.inbox.count() == 0


def test_rules_accept_without_asking(tmp_path: Path) -> None:
    """Kinds named in the setting are saved at once, and one undo takes them back into the inbox."""
    environ = {"CONTEXTFS_INBOX_AUTO_ACCEPT": "preference, fix:0.99"}
    settings = Settings(data_dir=str(tmp_path / "data"), environ=environ)
    with ContextFS(settings=settings, namespace="team", cwd=str(tmp_path)) as ctx:
        ctx.inbox.recognise(talk(ctx, WHY, FIX, RULE))
        assert [one.content for one in (each.memory for each in ctx.search(""))] == [RULE]
        assert texts(ctx) == [FIX, WHY]
        ctx.undo()
        assert texts(ctx) == [RULE, FIX, WHY]


def test_a_setting_that_means_nothing_is_named(tmp_path: Path) -> None:
    """A rule that cannot be read is told as what it is: a wrong setting."""
    settings = Settings(
        data_dir=str(tmp_path / "data"), environ={"CONTEXTFS_INBOX_AUTO_ACCEPT": "everything"}
    )
    with ContextFS(settings=settings, namespace="team", cwd=str(tmp_path)) as ctx:
        session = talk(ctx, WHY)
        with pytest.raises(InvalidSetting, match="everything"):
            ctx.inbox.recognise(session)


def test_nothing_is_looked_at_where_it_is_not_wanted(tmp_path: Path) -> None:
    """With the setting off a captured turn is left alone; whoever asks for a look gets it."""
    settings = Settings(data_dir=str(tmp_path / "data"), environ={"CONTEXTFS_INBOX_RECOGNISE": "false"})
    with ContextFS(settings=settings, namespace="team", cwd=str(tmp_path)) as ctx:
        session = talk(ctx, WHY)
        assert ctx.inbox.recognise(session) == 0
        assert ctx.inbox.look() == 1


def test_whole_sessions_are_looked_through(ctx: ContextFS) -> None:
    """A look reads sessions to their end, however long they are, and reads them once."""
    numbered = [f"We chose queue {n} over queue {n + 1} because the {n} reports need it." for n in range(3)]
    session = talk(ctx, *numbered, *("Go on with it, please." for _ in range(450)), WHY)
    assert ctx.inbox.look([session]) == 4
    assert ctx.inbox.look() == 0


def test_a_wrong_id_is_told(ctx: ContextFS) -> None:
    """An id that names nothing, is too short, was answered or is no id at all leads to the list."""
    ctx.inbox.recognise(talk(ctx, WHY))
    one = only(ctx)
    for wrong in ("", "%", one.id[:5], "f" * 32, "not-an-id"):
        with pytest.raises(CandidateNotFound) as refused:
            ctx.inbox.reject(wrong)
        assert refused.value.hint == "Show what waits with: contextfs inbox"
    ctx.inbox.reject(one.id[:6])
    with pytest.raises(CandidateNotFound):
        ctx.inbox.accept(one)
    with pytest.raises(InvalidInput, match="fact"):
        ctx.inbox.list(kinds=["fact"])


def test_answers_move_with_the_history(ctx: ContextFS, tmp_path: Path, disagreements: Check) -> None:
    """An export with history carries what was answered, so that another store does not ask again."""
    session = talk(ctx, WHY, FIX)
    ctx.inbox.recognise(session)
    decision = next(one for one in ctx.inbox.list() if one.kind == "decision")
    ctx.inbox.reject(decision)
    ctx.export(tmp_path / "all.jsonl")
    settings = Settings(data_dir=str(tmp_path / "other"), environ={})
    with ContextFS(settings=settings, namespace="team", cwd=str(tmp_path)) as other:
        other.import_memories(tmp_path / "all.jsonl")
        assert other.inbox.look() == 1
        assert texts(other) == [FIX]
    for store in ("data", "other"):
        assert disagreements(tmp_path / store, embedded=False) == []


def test_answers_agree_with_the_log(ctx: ContextFS, tmp_path: Path, disagreements: Check) -> None:
    """Whatever is accepted, rejected, undone and erased, the tables are what the changes amount to."""
    session = talk(ctx, WHY, FIX, RULE)
    ctx.inbox.recognise(session)
    first, second, third = ctx.inbox.list()
    ctx.inbox.reject(first, second)
    ctx.undo()
    ctx.inbox.accept(second, third)
    ctx.inbox.reject(first)
    assert disagreements(tmp_path / "data") == []
    ctx.end_session(generate_summary=False)
    ctx.erase(session)
    assert disagreements(tmp_path / "data") == []
    assert all(one.erased for one in ctx.log(20) if one.kind == "candidate")


def test_an_assistant_that_was_given_a_memory_repeats_it(ctx: ContextFS) -> None:
    """What it tells of a memory that was put before it in this session is not taken for news; a person may say it."""
    known = ctx.save(
        "IPv6 addresses cannot be reached from the runner; time-outs of the tests come from there."
    )
    told = (
        "The root cause was an IPv6 address that the runner cannot reach, as in other time-outs of the tests."
    )
    sessions: list[str] = []
    for given in (True, False):
        sessions.append(ctx.start_session(tool="codex").id)
        if given:
            ctx._engine.usage.note("injected", [known], sessions[-1])
        ctx.add_message("user", "Why does it time out?")
        ctx.add_message("assistant", told)
    assert [ctx.inbox.recognise(one) for one in sessions] == [0, 1]
