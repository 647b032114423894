"""Where structured memories of this kind fail elsewhere, and here do not; each test is one such failure.

Searches that find nothing, lists that are silently lost, files that lead nowhere.
"""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contextfs import Draft
from contextfs.domain.record import record_of
from contextfs.errors import AmbiguousId, InvalidInput, MemoryNotFound, SecretRefused
from contextfs.pact import Decision, Entity, PactMemory, Record, Task

WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")
CACHE = {
    "context": "Designed the cache in front of the price service",
    "decisions": [
        {"decision": "Two levels", "rationale": "A cold node must not ask the database 4,000 times"}
    ],
    "lessons_learned": ["SCAN instead of KEYS, which stops Redis"],
    "active_tasks": [{"task": "Measure the hit rate", "status": "in_progress"}],
    "entities": [{"name": "PriceCache", "type": "class", "notes": "LRU of 10,000 rows"}],
}


@pytest.fixture
def memory(bare: Path, tmp_path: Path) -> PactMemory:
    """A PactMemory on an empty store, outside every repository."""
    return PactMemory(tmp_path / "data", "team")


@pytest.fixture
def project(bare: Path) -> Path:
    """The current directory as a repository with two files in one commit."""
    (bare / "src" / "auth").mkdir(parents=True)
    for name in ("src/auth/token_manager.py", "src/auth/session.py"):
        (bare / name).write_text("x = 1\n")
    git(bare, "init", "-q")
    git(bare, "add", ".")
    git(bare, "commit", "-qm", "first")
    return bare


def git(place: Path, *args: str, at: datetime | None = None) -> None:
    """Run git in a directory, at a moment of its own."""
    when = {"GIT_COMMITTER_DATE": at.isoformat(), "GIT_AUTHOR_DATE": at.isoformat()} if at else {}
    environ = {**os.environ, **when}
    subprocess.run(["git", *WHO, *args], cwd=place, check=True, capture_output=True, env=environ)


def ids(found: list[Record]) -> list[str]:
    """The ids of records."""
    return [one.id for one in found]


# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "query",
    [
        "price service cache",
        "Redis cache",  # a word of the lessons and one of the context
        "PriceCache",
        "LRU of rows",  # a note of an entity
        "hit rate",  # a task
        "why do we have two cache levels",
        '"Two levels"',
        "how do I keep Redis from stopping",
    ],
)
@pytest.mark.parametrize("provider", ["words", "static"])
def test_every_field_is_found(
    query: str, provider: str, memory: PactMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words from several fields together, names, notes and tasks find the record, with vectors and without."""
    monkeypatch.setenv("CONTEXTFS_EMBEDDING_PROVIDER", provider)
    wanted = memory.save(CACHE)
    memory.save({"lessons_learned": ["The printer on floor 3 needs the legacy driver 2.1 on Windows"]})
    assert ids(memory.search(query))[:1] == [wanted]


def test_letters_of_any_script_are_found(memory: PactMemory) -> None:
    """A word with an umlaut inside a list is found like any other."""
    wanted = memory.save({"context": "Lager", "lessons_learned": ["Die Prüfung des Etiketts dauert 3 s"]})
    assert ids(memory.search("Prüfung")) == [wanted]


def test_nonsense_finds_nothing(memory: PactMemory) -> None:
    """There is an honest empty answer, also where vectors would always be near to something."""
    memory.save(CACHE)
    assert memory.search("qqqq zzzz") == []


def test_the_part_that_answers_is_named(memory: PactMemory) -> None:
    """A result says how well it answers and by which of its parts."""
    memory.save(CACHE)
    (found,) = memory.search("why two levels")
    assert found.relevance > 0.5
    assert found.matched == ["decision: Two levels"]


@pytest.mark.parametrize("provider", ["words", "static"])
def test_a_decision_is_found_before_what_mentions_it(
    provider: str, memory: PactMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for decisions gets the record that made them, not the wrap-up that has all words of the question."""
    monkeypatch.setenv("CONTEXTFS_EMBEDDING_PROVIDER", provider)
    made = memory.save(
        {
            "context": "The product page loads in 90 ms again",
            "decisions": [
                {
                    "decision": "Cache rendered fragments at the edge, not in the application",
                    "rationale": "They are the same for all visitors, and application caches are cold after a deploy",
                }
            ],
        }
    )
    wrap_up = memory.save(
        {
            "context": "Wrapping up a long session. Reviewed the caching strategy and noted the decisions of the week;"
            " then fixed the flaky checkout test, moved the images to the new bucket and wrote the release notes.",
            "lessons_learned": ["The checkout test needs frozen time"],
            "decisions": [{"decision": "Defer mobile", "rationale": "The designer is on leave until June"}],
        }
    )
    assert ids(memory.search("caching strategy decisions")) == [made, wrap_up]
    assert ids(memory.search("lessons about the checkout"))[0] == wrap_up


def test_an_empty_question_lists_the_newest(memory: PactMemory) -> None:
    """Nothing asked is answered by time."""
    saved = [memory.save({"lessons_learned": [f"Lesson number {n} about port {8000 + n}"]}) for n in range(3)]
    assert ids(memory.search("", limit=2)) == saved[:0:-1]


def test_records_and_memories_find_each_other(memory: PactMemory) -> None:
    """The front door finds records, and records' search finds ordinary memories, seen as records."""
    record = memory.save(CACHE)
    plain = memory.front.save(
        "Use bcrypt with cost 12\nBecause 10 is within reach of one GPU", type="decision"
    )
    assert memory.front.search("price service cache")[0].memory.id == record
    (found,) = memory.search("bcrypt cost")
    assert found.id == plain.id
    assert found.decisions == [Decision("Use bcrypt with cost 12", "Because 10 is within reach of one GPU")]
    with pytest.raises(InvalidInput, match="not a record"):
        memory.update(plain.id, {"goal": "x"})


def test_the_current_file_counts(memory: PactMemory) -> None:
    """Among many records that answer better, one about the current file is shown, but none that does not answer."""
    for n in range(60):
        memory.save(
            {
                "context": f"Rate limiting of service {n}, at the gateway",
                "lessons_learned": [f"Limit {n} held"],
            }
        )
    about = memory.save(
        {"context": "Sliding window for limiting in our middleware"}, files=["src/middleware/limit.py"]
    )
    memory.save({"lessons_learned": ["The printer needs driver 2.1"]}, files=["src/middleware/limit.py"])
    assert about not in ids(memory.search("rate limiting at the gateway"))
    found = memory.search("rate limiting at the gateway", current_file="./src/middleware/limit.py")
    assert len(found) == 5
    assert about in ids(found)
    assert not [one for one in found if "printer" in str(one.lessons_learned)]


def test_reading_leaves_no_trace(memory: PactMemory, bare: Path) -> None:
    """Neither saving nor searching writes into the project."""
    memory.save(CACHE)
    memory.search("cache")
    assert list(bare.iterdir()) == []


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_leads_to_its_records_however_it_is_written(project: Path, tmp_path: Path) -> None:
    """Attached, named as an entity or mentioned; relative, absolute, with a backslash, by its bare name."""
    memory = PactMemory(tmp_path / "data")
    attached = memory.save(CACHE, files=["src/auth/token_manager.py"])
    entity = memory.save(
        {"context": "Moved tokens out", "entities": [{"name": "src/auth/token_manager.py", "type": "file"}]}
    )
    memory.save({"lessons_learned": ["src/auth/session.py holds the session cookie, signed with HMAC"]})
    for path in (
        "src/auth/token_manager.py",
        "./src/auth/token_manager.py",
        str(project / "src/auth/token_manager.py"),
        "src\\auth\\token_manager.py",
    ):
        assert sorted(ids(memory.search_by_file(path))) == sorted([attached, entity]), path
    assert ids(memory.search_by_file("src/auth/token_manager.py", limit=1)) == [attached]
    assert len(memory.search_by_file("src/auth")) == 3
    assert len(memory.search_by_file("src/**/*.py")) == 3
    assert len(memory.search_by_file("src/*.py")) == 0
    os.chdir(project / "src" / "auth")
    below = PactMemory(tmp_path / "data")
    assert sorted(ids(below.search_by_file("token_manager.py"))) == sorted([attached, entity])
    below.save(
        {"context": "From below, about cookies and their flags"},
        files=["session.py", "src\\auth\\session.py"],
    )
    assert below.list(1)[0].files == ["src/auth/session.py"]


def test_a_renamed_file_keeps_its_records(project: Path, tmp_path: Path) -> None:
    """What was recorded under an earlier name is found under the present one."""
    memory = PactMemory(tmp_path / "data")
    wanted = memory.save(CACHE, files=["src/auth/token_manager.py"])
    git(project, "mv", "src/auth/token_manager.py", "src/auth/tokens.py")
    git(project, "commit", "-qm", "rename")
    assert ids(memory.search_by_file("src/auth/tokens.py")) == [wanted]


def test_changed_files_are_known_to_every_process(project: Path, tmp_path: Path) -> None:
    """What the work changed is what git says, whoever asks; a commit ends it."""
    (project / "src" / "auth" / "session.py").write_text("x = 2\n")
    memory = PactMemory(tmp_path / "data")
    assert memory.get_tracked_files() == ["src/auth/session.py"]
    code = "from contextfs.pact import memory; print(memory.get_tracked_files())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['src/auth/session.py']\n"
    record = memory.get(memory.save(CACHE))
    assert record is not None and record.files == ["src/auth/session.py"]
    git(project, "commit", "-qam", "second")
    assert memory.get_tracked_files() == []


def test_what_was_committed_in_a_session_belongs_to_it(project: Path, tmp_path: Path) -> None:
    """The files of commits made since the session began are changed files, those of earlier ones are not."""
    memory = PactMemory(tmp_path / "data")
    moment = datetime.now(UTC) - timedelta(hours=1)
    (project / "src" / "auth" / "session.py").write_text("x = 3\n")
    git(project, "commit", "-qam", "before", at=moment - timedelta(hours=1))
    memory.front.start_session(label="work")
    (project / "src" / "auth" / "token_manager.py").write_text("x = 3\n")
    git(project, "commit", "-qam", "during", at=datetime.now(UTC) + timedelta(seconds=2))
    (project / "notes.md").write_text("open ends\n")
    assert memory.get_tracked_files() == ["notes.md", "src/auth/token_manager.py"]
    memory.front.end_session(generate_summary=False)
    assert memory.get_tracked_files() == ["notes.md"]


# ── saving and changing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_record_is_the_same_memory(memory: PactMemory) -> None:
    """Whoever saves again, not knowing whether it arrived, gets the same id; what is given is left alone."""
    before = copy.deepcopy(CACHE)
    first = memory.save(CACHE)
    assert memory.save(record_of(CACHE)) == first
    assert before == CACHE
    assert len(memory.list()) == 1


def test_files_may_stand_in_the_record_and_beside_it(memory: PactMemory) -> None:
    """Both are kept, each once, and a text in place of the list is refused."""
    record = memory.get(memory.save({**CACHE, "files": ["a.py"]}, files=["b.py", "./a.py"]))
    assert record is not None and record.files == ["a.py", "b.py"]
    with pytest.raises(InvalidInput, match="files must be a list, not str"):
        memory.save(CACHE, files="a.py")


def test_an_id_may_be_short_and_is_never_guessed(memory: PactMemory) -> None:
    """Six characters name a record; fewer, none and several are clear."""
    saved = memory.save(CACHE)
    assert memory.get(saved[:6]) == memory.get(saved.upper()) == memory.get(saved)
    assert memory.get("f" * 32 if saved[0] != "f" else "0" * 32) is None
    for wrong in ("", "abc", "%", "not-an-id"):
        assert memory.get(wrong) is None
    with pytest.raises(MemoryNotFound):
        memory.update("f" * 32 if saved[0] != "f" else "0" * 32, {"goal": "x"})
    twin = saved[:8] + "0" * 24
    memory.front.put(Draft("A twin of the id", id=twin))
    with pytest.raises(AmbiguousId):
        memory.get(saved[:6])


def test_what_a_record_returned_is_a_change(memory: PactMemory) -> None:
    """Entities of a record lengthened by a mapping can be given back, and nothing is doubled."""
    record = memory.get(memory.save(CACHE))
    assert record is not None
    changed = memory.update(record.id, {"entities": record.entities + [{"name": "Redis"}]})  # noqa: RUF005
    assert [entity.name for entity in changed.entities] == ["PriceCache", "Redis"]
    assert memory.update(
        record.id, {"active_tasks": [Task("measure the hit rate", "completed")]}
    ).active_tasks == [Task("measure the hit rate", "completed")]
    assert memory.update(record.id, {"files": ["a.py"]}).files == ["a.py"]
    assert memory.update(record.id, {"entities": [Entity("One")]}, replace=True).entities == [Entity("One")]


def test_a_change_is_found_and_what_it_replaced_is_not(memory: PactMemory) -> None:
    """Tasks, too, are searched as they are now; nothing changed is no change."""
    saved = memory.save(CACHE)
    changed = memory.update(saved, {"active_tasks": [{"task": "Throttle the crawler"}]}, replace=True)
    assert ids(memory.search("throttle crawler")) == [saved]
    assert not any("task" in part for one in memory.search("measure hit rate") for part in one.matched)
    again = memory.update(saved, {"active_tasks": ["Throttle the crawler"]})
    assert again.updated_at == changed.updated_at


def test_the_text_of_a_record_follows_its_fields(memory: PactMemory) -> None:
    """Another surface cannot make the text say something else than the fields; the tags it adds stay."""
    saved = memory.save({**CACHE, "phase": "code", "context": "Blocked on the certificate of the cache"})
    with pytest.raises(InvalidInput, match="is a record"):
        memory.front.update(saved, "Something else")
    memory.front.update(saved, add_tags=["team-red"])
    assert memory.front.recall(saved).tags == ("pact", "phase/code", "blocker", "team-red")
    memory.update(saved, {"context": "The certificate of the cache is there", "phase": "test"})
    assert memory.front.recall(saved).tags == ("pact", "phase/test", "team-red")
    plain = memory.front.update(saved, "Something else", structured="")
    assert memory.get(saved) is not None and plain.structured == {}


def test_nothing_is_lost_between_processes(memory: PactMemory) -> None:
    """Four at a time add lessons to one record, and every lesson is there."""
    saved = memory.save(CACHE)

    def add(number: int) -> None:
        with PactMemory(memory.front.settings.data_dir, "team") as other:
            other.update(saved, {"lessons_learned": [f"Lesson of writer {number}"]})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    record = memory.get(saved)
    assert record is not None and len(record.lessons_learned) == 13


def test_a_deleted_record_comes_back(memory: PactMemory) -> None:
    """Deleting is an action like any other: undo takes it back, with every field."""
    saved = memory.save(CACHE)
    record = memory.get(saved)
    assert memory.delete(saved[:8]) == saved
    assert (memory.get(saved), memory.list(), memory.search("price cache")) == (None, [], [])
    memory.front.undo()
    back = memory.get(saved)
    assert record and back and back._replace(updated_at=record.updated_at) == record


def test_limits_are_limits(memory: PactMemory) -> None:
    """A negative limit is refused instead of being taken for no limit."""
    memory.save(CACHE)
    by_file, by_glob = (
        lambda limit, path=path: memory.search_by_file(path, limit) for path in ("a.py", "*.py")
    )
    for call in (memory.list, lambda limit: memory.search("cache", limit=limit), by_file, by_glob):
        with pytest.raises(InvalidInput, match="limit"):
            call(-1)


def test_long_records_are_kept_and_found_whole(memory: PactMemory) -> None:
    """The last words of a context of 200,000 characters are read, kept and found."""
    text = "The crawler sleeps between requests. " * 5_400 + "In the end the zebrafish genome was indexed."
    record = memory.get(memory.save({"context": text}))
    assert record is not None and record.context == text
    assert ids(memory.search("zebrafish genome")) == [record.id]


def test_repositories_with_the_same_name_do_not_mix(bare: Path, tmp_path: Path) -> None:
    """What belongs to a repository is told by what it is, not by what its folder is called."""
    for place in ("one/app", "two/app"):
        (bare / place).mkdir(parents=True)
        (bare / place / "a.txt").write_text(place)
        git(bare / place, "init", "-q")
        git(bare / place, "add", ".")
        git(bare / place, "commit", "-qm", place)
    os.chdir(bare / "one" / "app")
    PactMemory(tmp_path / "data").save(CACHE)
    os.chdir(bare / "two" / "app")
    assert PactMemory(tmp_path / "data").list() == []
    assert PactMemory(tmp_path / "data").search("price cache") == []


def test_secrets_stay_out(memory: PactMemory) -> None:
    """A secret anywhere in a record is refused before anything is written, unless it is said to be none."""
    record = {"decisions": [{"decision": "Key in CI", "rationale": "AKIAIOSFODNN7EXAMPLF works there"}]}
    with pytest.raises(SecretRefused):
        memory.save(record)
    assert memory.list() == []
    assert memory.save(record, allow_secret=True)


def test_strictness_looks_for_near_duplicates(memory: PactMemory) -> None:
    """A record that nearly repeats an earlier one is named at saving, and refused by who asks for strictness."""
    first = memory.save(CACHE)
    near = {**CACHE, "context": "Designed a cache in front of the price service"}
    with pytest.raises(InvalidInput, match=f"Nearly the same as {first[:8]}"):
        memory.save(near, strict=True)
    assert memory.save(CACHE, strict=True) == first
    memory.save(near)
    assert [line[:16] for line in memory.advice] == ["Nearly the same "]


def test_advice_can_be_turned_off(memory: PactMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting silences advice about records as about any memory; strictness still refuses."""
    monkeypatch.setenv("CONTEXTFS_ADVICE", "false")
    memory.save({"context": "Working on auth"})
    assert memory.advice == []
    with pytest.raises(InvalidInput, match="Too vague"):
        memory.save({"context": "Working on the cache"}, strict=True)
