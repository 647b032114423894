"""The repository index on repositories made by real git commands, through the front door."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from contextfs import ContextFS
from contextfs.api import indexing
from contextfs.errors import InvalidInput
from contextfs.indexing import tree

PAYMENTS = '''"""Payments by webhook."""

class PaymentWebhookHandler:
    """Handles calls of the payment provider."""

    def verify_signature(self, body, signature):
        """Compare the HMAC of the body with the signature in constant time."""
        return compare_digest(sign(body), signature)

    def retry_delivery(self, event):
        """Deliver an event again, with exponential backoff between the attempts."""
        for attempt in range(5):
            if self.deliver(event):
                return True
            sleep(2 ** attempt)
        return False
'''
LEDGER = '''def balance_of(account):
    """Sum all bookings of an account, in cents."""
    return sum(booking.cents for booking in account.bookings)
'''


class Place:
    """A git repository and a ContextFS that looks at it."""

    def __init__(self, root: Path, data: Path, *init: str) -> None:
        self.root, self.data = root, data
        root.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main", *init)

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=cwd or self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def commit(self, subject: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def here(self, cwd: Path | None = None) -> ContextFS:
        return ContextFS(data_dir=self.data, cwd=str(cwd or self.root))

    def found(self, question: str, cwd: Path | None = None) -> list[str]:
        """Where the best hits are, best first."""
        with self.here(cwd) as ctx:
            return [hit.place for hit in ctx.search_code(question, 5, min_relevance=0)]

    def first(self, question: str, cwd: Path | None = None) -> str:
        """The path of the best hit; empty without one."""
        found = self.found(question, cwd)
        return found[0].rpartition(":")[0] if found else ""

    def indexed(self, cwd: Path | None = None, **how: bool) -> int:
        """Index and say how many files were read."""
        with self.here(cwd) as ctx:
            return ctx.index(**how).read  # type: ignore[arg-type]

    def disagreements(self) -> list[str]:
        """Rows of the index that have no partner in another of its tables."""
        connection = apsw.Connection(str(self.data / "contextfs.db"))
        try:
            found = [name for name, sql in _ORPHANS.items() if connection.execute(sql).get]
            connection.execute("INSERT INTO code_lexical(code_lexical) VALUES ('integrity-check')")
            return found
        finally:
            connection.close()


_ORPHANS = {
    "piece without passage": "SELECT count(*) FROM piece WHERE passage NOT IN (SELECT row FROM passage)",
    "piece without source": "SELECT count(*) FROM piece WHERE source NOT IN (SELECT id FROM source)",
    "path without source": "SELECT count(*) FROM tree WHERE source NOT IN (SELECT id FROM source)",
    "passage without words": "SELECT count(*) FROM passage WHERE row NOT IN (SELECT rowid FROM code_lexical)",
    "words without passage": "SELECT count(*) FROM code_lexical WHERE rowid NOT IN (SELECT row FROM passage)",
    "vector without passage": "SELECT count(*) FROM vector JOIN provider ON provider.id = provider"
    " WHERE collection = 'code' AND row NOT IN (SELECT row FROM passage)",
    "passage without vector": "SELECT count(*) FROM passage WHERE row NOT IN (SELECT row FROM vector"
    " JOIN provider ON provider.id = vector.provider WHERE collection = 'code')",
    "tally": "SELECT (SELECT count(*) FROM passage) <>"
    " (SELECT coalesce(sum(memories), 0) FROM tally WHERE provider = -2)",
    "commits": "SELECT (SELECT count(*) FROM past_commit) <>"
    " (SELECT coalesce(sum(memories), 0) FROM tally WHERE provider = -3)",
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "shop", tmp_path / "data")
    made.write("src/payments.py", PAYMENTS)
    made.write("src/ledger.py", LEDGER)
    made.write(
        "README.md", "# Shop\n\n## Deployment\n\nThe canary gets five percent of the traffic for an hour.\n"
    )
    made.commit("payments: verify and retry webhooks")
    yield made
    assert made.disagreements() == []


def test_code_prose_and_commits_are_found(place: Place) -> None:
    """Each in its own terms, with the line where it stands."""
    assert place.indexed() == 3
    with place.here() as ctx:
        hit = ctx.search_code("how are webhook deliveries retried with backoff", 1)[0]
        assert (hit.place, hit.title) == ("src/payments.py:3", "PaymentWebhookHandler")
        assert ctx.search_code("canary traffic", 1)[0].place == "README.md:3"
        commit = ctx.search_code("retry webhooks", 1, code=False, commits=True)[0]
        assert (commit.title, commit.author) == ("payments: verify and retry webhooks", "Ada")
        assert set(commit.files) == {"src/payments.py", "src/ledger.py", "README.md"}


def test_nothing_is_indexed_unasked(place: Place) -> None:
    """Saving and searching in a repository leave its code alone, and `list` never shows code."""
    with place.here() as ctx:
        ctx.save("The webhook secret rotates monthly")
        assert ctx.search_code("webhook") == []
        assert ctx.beside("webhook") == []
        assert ctx.indexes.list() == []
        ctx.index()
        assert [one.content for one in ctx.list_recent()] == ["The webhook secret rotates monthly"]
        assert [hit.path for hit in ctx.beside("webhook signature")][:1] == ["src/payments.py"]
        assert len(ctx.search("webhook")) == 1


def test_a_second_run_reads_no_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged means unread, and a changed file is read alone."""
    place.indexed()
    read: list[str] = []
    content = tree.content
    monkeypatch.setattr(tree, "content", lambda root, path: (read.append(path), content(root, path))[1])
    with place.here() as ctx:
        assert ctx.index().unchanged
        assert read == []
        place.write("src/ledger.py", LEDGER.replace("in cents", "in euros"))
        assert ctx.index().read == 1
    assert set(read) == {"src/ledger.py"}


def test_a_changed_file_embeds_only_what_changed(place: Place) -> None:
    """The passages that stayed keep their rows."""
    place.indexed()
    place.write("src/payments.py", PAYMENTS + "\n\n" + LEDGER.replace("balance_of", "balance_on_day"))
    before = _rows(place)
    place.indexed()
    after = _rows(place)
    assert len(before - after) == 0
    assert len(after - before) == 1


def _rows(place: Place) -> set[object]:
    connection = apsw.Connection(str(place.data / "contextfs.db"))
    rows = {row[0] for row in connection.execute("SELECT row FROM passage")}
    connection.close()
    return rows


def test_work_that_is_not_committed_counts(place: Place) -> None:
    """Tracked files are indexed as they stand in the working tree; untracked ones are not."""
    place.write(
        "src/ledger.py", "def zebra_crossing():\n    '''Paint stripes on the road.'''\n    return 'stripes'\n"
    )
    place.write("src/new.py", "def quokka():\n    '''Smile for the camera.'''\n    return 'smile'\n")
    place.indexed()
    assert place.first("zebra stripes road") == "src/ledger.py"
    assert "src/new.py" not in {one.rpartition(":")[0] for one in place.found("quokka smile camera")}
    place.git("add", "src/new.py")
    place.indexed()
    assert place.first("quokka smile camera") == "src/new.py"


def test_renamed_and_deleted_files_are_right_at_once(place: Place) -> None:
    """Without another run: a search sees the paths of now, and nothing that is gone."""
    place.indexed()
    place.git("mv", "src/payments.py", "src/billing_hooks.py")
    assert place.first("verify signature HMAC") == "src/billing_hooks.py"
    assert place.first("billing hooks") == "src/billing_hooks.py"
    place.commit("payments become billing hooks")
    assert place.first("verify signature HMAC") == "src/billing_hooks.py"
    place.git("rm", "--quiet", "src/billing_hooks.py")
    assert "src/billing_hooks.py" not in {
        one.rpartition(":")[0] for one in place.found("verify signature HMAC")
    }
    assert place.indexed() == 0


def test_branches_are_sets_of_paths(place: Place) -> None:
    """Each branch shows its own code, and going back reads nothing again."""
    place.indexed()
    place.git("checkout", "--quiet", "-b", "feature")
    place.write(
        "src/refunds.py",
        "def refund_order(order):\n    '''Give the money back to the customer.'''\n    return order\n",
    )
    place.commit("refunds")
    assert place.indexed() == 1
    assert place.first("give money back to the customer") == "src/refunds.py"
    place.git("checkout", "--quiet", "main")
    assert place.first("give money back to the customer") != "src/refunds.py"
    assert place.indexed() == 0
    place.git("checkout", "--quiet", "feature")
    assert place.first("give money back to the customer") == "src/refunds.py"
    assert place.indexed() == 0


def test_there_and_back_between_two_searches(place: Place) -> None:
    """A tree that was as it is now some time ago is not taken for the one that was seen last."""
    place.indexed()
    place.git("checkout", "--quiet", "-b", "bare")
    place.git("rm", "--quiet", "src/ledger.py")
    place.commit("no ledger")
    assert "src/ledger.py" not in {one.rpartition(":")[0] for one in place.found("bookings of an account")}
    place.git("checkout", "--quiet", "main")
    assert place.first("sum of the bookings of an account") == "src/ledger.py"
    place.git("update-index", "--refresh", "--really-refresh")
    os.utime(place.root / ".git" / "index", (1, 1))
    assert place.first("sum of the bookings of an account") == "src/ledger.py"
    place.git("checkout", "--quiet", "bare")
    assert "src/ledger.py" not in {one.rpartition(":")[0] for one in place.found("bookings of an account")}


def test_merge_squash_and_rebase(place: Place) -> None:
    """What comes to main is found there; commits that a rebase left behind are forgotten with their branch."""
    place.indexed()
    for name, text in (("one", "alpaca wool"), ("two", "beeswax candle"), ("three", "cobalt glaze")):
        place.git("checkout", "--quiet", "-b", name, "main")
        place.write(f"src/{name}.py", f"def {name}():\n    '''About {text}.'''\n    return '{text}'\n")
        place.commit(f"{name}: {text}")
    place.git("checkout", "--quiet", "main")
    place.git("merge", "--quiet", "--no-ff", "-m", "merge one", "one")
    place.git("merge", "--quiet", "--squash", "two")
    place.commit("squash two")
    place.git("checkout", "--quiet", "three")
    old = place.git("rev-parse", "three")
    place.indexed()
    place.git("rebase", "--quiet", "main")
    place.git("checkout", "--quiet", "main")
    place.git("merge", "--quiet", "--ff-only", "three")
    place.indexed()
    assert [place.first(text) for text in ("alpaca wool", "beeswax candle", "cobalt glaze")] == [
        "src/one.py",
        "src/two.py",
        "src/three.py",
    ]
    with place.here() as ctx:
        hits = ctx.search_code("cobalt glaze", 5, code=False, commits=True)
        assert [hit.title for hit in hits] == ["three: cobalt glaze"]
        assert hits[0].commit != old


def test_worktrees_share_what_is_the_same(place: Place, tmp_path: Path) -> None:
    """A new worktree is searchable at once; each sees its own files."""
    place.indexed()
    lane = tmp_path / "lane"
    place.git("worktree", "add", "--quiet", "-b", "lane", str(lane))
    assert place.first("verify signature HMAC", lane) == "src/payments.py"
    (lane / "src/lane.py").write_text("def pelican():\n    '''Catch fish in a pouch.'''\n    return 'fish'\n")
    place.git("add", "--all", cwd=lane)
    assert place.indexed(lane) == 1
    assert place.first("pelican fish pouch", lane) == "src/lane.py"
    assert place.first("pelican fish pouch") != "src/lane.py"
    with place.here() as ctx:
        assert {hit.root for hit in ctx.search_code("verify signature", 5, all=True)} <= {
            str(place.root),
            str(lane),
        }
        assert ctx.indexes.clear(lane) == 2
    assert not place.found("verify signature HMAC")
    place.indexed()
    place.indexed(lane)
    shutil.rmtree(lane)
    with place.here() as ctx:
        assert ctx.indexes.clear(lane) == 1
        assert [one.root for one in ctx.indexes.list()] == [str(place.root)]
    assert place.first("verify signature HMAC") == "src/payments.py"


def test_filters_narrow_what_has_what_they_ask_for(place: Place) -> None:
    """Author and dates narrow commits; a repository is named; code has neither author nor date."""
    place.git(
        "commit", "--quiet", "--allow-empty", "-m", "Verify twice", "--author=Grace <grace@example.org>"
    )
    place.indexed()
    with place.here() as ctx:

        def authors(**how: Any) -> set[str]:
            return {
                hit.author
                for hit in ctx.search_code("verify", code=False, commits=True, min_relevance=0, **how)
            }

        assert authors() == {"Ada", "Grace"}
        assert authors(author="grace") == {"Grace"}
        assert authors(since="2100-01-01") == authors(until="2000-01-01") == authors(author="nobody") == set()
        assert ctx.search_code("verify", source_repo=place.root.name)
        with pytest.raises(InvalidInput, match="No indexed repository is called 'another'"):
            ctx.search_code("verify", source_repo="another")
        with pytest.raises(InvalidInput, match="neither an author"):
            ctx.search_code("verify", author="Ada")


def test_a_submodule_is_a_repository_of_its_own(place: Place, tmp_path: Path) -> None:
    """Its files are not those of the repository around it, and it is indexed by itself."""
    library = Place(tmp_path / "library", place.data)
    library.write("fox.py", "def fox():\n    '''Jump over the lazy dog.'''\n    return 'jump'\n")
    library.commit("fox")
    place.git("submodule", "--quiet", "add", str(library.root), "libs/fox")
    place.commit("a submodule")
    place.indexed()
    assert place.first("jump over the lazy dog") != "libs/fox/fox.py"
    inside = place.root / "libs/fox"
    assert place.indexed(inside) == 1
    assert place.first("jump over the lazy dog", inside) == "fox.py"


def test_a_shallow_clone_has_the_commits_it_has(place: Place, tmp_path: Path) -> None:
    """The missing history is no error."""
    for number in range(5):
        place.write("src/ledger.py", LEDGER + f"\n# {number}\n")
        place.commit(f"ledger: change {number}")
    clone = tmp_path / "clone"
    place.git("clone", "--quiet", "--depth", "2", f"file://{place.root}", str(clone))
    with place.here(clone) as ctx:
        found = ctx.index()
    assert (found.files, found.commits) == (3, 2)


def test_before_the_first_commit(tmp_path: Path) -> None:
    """What is staged is tracked; there is no history yet."""
    made = Place(tmp_path / "young", tmp_path / "data")
    with made.here() as ctx:
        assert ctx.index().files == 0
    made.write("a.py", LEDGER)
    made.git("add", "a.py")
    with made.here() as ctx:
        found = ctx.index()
        assert (found.files, found.commits) == (1, 0)
    assert made.first("sum of bookings of an account") == "a.py"


def test_a_repository_with_long_ids(tmp_path: Path) -> None:
    """SHA-256 names work like any other, for changed files too."""
    made = Place(tmp_path / "long", tmp_path / "data", "--object-format=sha256")
    made.write("a.py", LEDGER)
    assert len(made.commit("one")) == 64
    made.write("a.py", LEDGER + "\n# one more line\n")
    assert made.indexed() == 1
    made.git("add", "--all")
    assert made.indexed() == 0
    assert made.first("sum of bookings of an account") == "a.py"
    assert made.disagreements() == []


def test_a_detached_head_and_a_conflict(place: Place) -> None:
    """The working tree counts, whatever state the repository is in."""
    place.git("checkout", "--quiet", "-b", "side")
    place.write("src/ledger.py", LEDGER.replace("in cents", "in doubloons"))
    place.commit("side")
    place.git("checkout", "--quiet", "main")
    place.write("src/ledger.py", LEDGER.replace("in cents", "in florins"))
    place.commit("main")
    with pytest.raises(subprocess.CalledProcessError):
        place.git("merge", "side")
    place.indexed()
    hits = place.found("florins doubloons bookings")
    assert hits[0].startswith("src/ledger.py:")
    place.git("merge", "--abort")
    place.git("checkout", "--quiet", "--detach", "side")
    place.indexed()
    with place.here() as ctx:
        assert "doubloons" in ctx.search_code("sum bookings of an account", 1)[0].text


def test_what_is_left_out(place: Place) -> None:
    """Ignored, vendored, generated, binary, locked and oversized files, and those with a secret, by name."""
    place.write(".contextfsignore", "fixtures/\n*.golden\n")
    place.write(
        ".gitattributes",
        "api/*.ts linguist-generated\nthird/* linguist-vendored=true\nvendor/own/* -linguist-vendored\n",
    )
    place.write(".gitignore", "dist/\n")
    for path in (
        "fixtures/a.py",
        "x.golden",
        "api/client.ts",
        "third/party.py",
        "dist/out.js",
        "vendor/lib/a.py",
        "poetry.lock",
    ):
        place.write(path, "the wombat digs a burrow\n" * 3)
    place.write("vendor/own/b.md", "Our own pelican lives here.\n")
    place.write("schema.py", "# Code generated by protoc. DO NOT EDIT.\nwombat = 1\n")
    place.write("huge.txt", "wombat burrow\n" * 100_000)
    place.write("deploy.py", 'wombat = "ghp_' + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"[:36] + '"\n')
    (place.root / "logo.dat").write_bytes(b"\0\1wombat")
    (place.root / "blob").write_bytes(b"wombat\0\1")
    place.git("add", "--all", "--force")
    place.git("commit", "--quiet", "-m", "wombats")
    with place.here() as ctx:
        found = ctx.index()
        assert found.skipped == {
            "binary": 2,
            "generated": 1,
            "generated or vendored": 2,
            "ignored": 3,
            "lock file": 1,
            "secret": 1,
            "too large": 1,
            "vendored": 1,
        }
        assert [one.partition(" ")[0] for one in found.secrets] == ["deploy.py"]
        assert ctx.indexes.status().secrets == found.secrets
        assert ctx.search_code("own pelican lives", 1)[0].path == "vendor/own/b.md"
        assert not any("wombat" in hit.text for hit in ctx.search_code("wombat burrow", 10, min_relevance=0))
    assert b"ghp_a1B2" not in (place.data / "contextfs.db").read_bytes()


def test_commits_are_asked_for_by_number(place: Place) -> None:
    """None, few, or more later."""
    for number in range(4):
        place.commit(f"change {number}")
    with place.here() as ctx:
        assert ctx.index(commits=0).commits == 0
        assert ctx.index(commits=2).commits == 2
        assert ctx.index().commits == 5
        assert ctx.index(commits=0).commits == 0
        with pytest.raises(InvalidInput, match="commits"):
            ctx.index(commits=-1)


def test_outside_a_repository(tmp_path: Path) -> None:
    """Only --force does something there: the vectors of the memories."""
    with ContextFS(data_dir=tmp_path / "data", cwd=str(tmp_path)) as ctx:
        ctx.save("The canary gets five percent of the traffic")
        with pytest.raises(InvalidInput, match="not in a git repository"):
            ctx.index()
        found = ctx.index(force=True)
        assert (found.root, found.memories) == ("", 1)
        assert ctx.search("canary traffic")


def test_force_makes_everything_anew(place: Place) -> None:
    """Files are read again, vectors made again, and memories too."""
    with place.here() as ctx:
        ctx.save("The canary gets five percent of the traffic")
    assert place.indexed() == 3
    with place.here() as ctx:
        found = ctx.index(force=True)
        assert (found.read, found.memories) == (3, 1)
        assert ctx.indexes.status().waiting == 0


def test_an_interrupted_force_leaves_what_there_was(place: Place) -> None:
    """The old passages serve until they are made anew, and the next run ends what this one began."""
    for number in range(80):
        place.write(f"many/file{number}.py", LEDGER.replace("balance_of", f"balance_{number}"))
    place.commit("many files")
    assert place.indexed() == 83
    with place.here() as ctx:
        seen: list[int] = []
        indexing.index(
            ctx._engine, force=True, progress=lambda done, _: seen.append(done), stop=lambda: bool(seen)
        )
        assert ctx.search_code("verify signature HMAC", 1)[0].path == "src/payments.py"
        found = ctx.index()
        assert (found.files, found.unchanged) == (83, False)
        assert ctx.indexes.status().waiting == 0
        assert ctx.index().unchanged


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_the_place_of_a_file(place: Place) -> None:
    """Nobody waits for it; what stood there is gone."""
    place.indexed()
    (place.root / "src/payments.py").unlink()
    os.mkfifo(place.root / "src/payments.py")
    with place.here() as ctx:
        assert not any(hit.path == "src/payments.py" for hit in ctx.search_code("verify HMAC", 5))
        assert ctx.index().files == 2
        assert ctx.why("src/payments.py").place.path == "src/payments.py"
        assert ctx.pr().files


def test_lines_are_counted_as_git_counts_them(place: Place) -> None:
    """A form feed or a line separator inside a line begins no new one."""
    place.write(
        "old.py",
        "import os\n\f\nNOTE = 'a\u2028b'\n\n\nclass Wombat:\n    def dig(self):\n        return os\n",
    )
    place.commit("an old file")
    place.indexed()
    with place.here() as ctx:
        (hit,) = [one for one in ctx.search_code("class Wombat dig", 3) if one.path == "old.py"]
        assert (hit.start, hit.end) == (6, 8)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_no_program_of_somebody_elses_repository_is_run(place: Place, tmp_path: Path) -> None:
    """Git refuses a repository that belongs to others, and so do we; a file system monitor is never started."""
    spy = tmp_path / "spy.sh"
    spy.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
    spy.chmod(0o755)
    place.git("config", "core.fsmonitor", str(spy))
    place.indexed()
    for folder, _, names in os.walk(place.root):
        for name in (".", *names):
            os.chown(os.path.join(folder, name), 65534, 65534, follow_symlinks=False)
    place.write("new.py", LEDGER)
    with place.here() as ctx:
        with pytest.raises(InvalidInput, match=r"Git does not answer"):
            ctx.index()
        ctx.search("signature")
    assert not (tmp_path / "ran").exists()


def test_a_hit_that_changed_says_so(place: Place) -> None:
    """Its new line where it only moved, a note where it is other by now."""
    place.indexed()
    place.write("src/ledger.py", "# moved\n# down\n" + LEDGER)
    assert place.found("sum of the bookings of an account")[0] == "src/ledger.py:3"
    place.write("src/ledger.py", LEDGER.replace("cents for", "pennies for"))
    with place.here() as ctx:
        assert (
            ctx.search_code("sum of the bookings of an account", 1)[0].note == "changed since it was indexed"
        )


def test_clearing_leaves_nothing(place: Place) -> None:
    """Neither passages nor commits nor vectors stay; memories do."""
    with place.here() as ctx:
        ctx.save("The canary gets five percent of the traffic")
        ctx.index()
        assert ctx.indexes.clear() == 1
        assert ctx.indexes.list() == []
        assert len(ctx.list_recent()) == 1
    connection = apsw.Connection(str(place.data / "contextfs.db"))
    for table in ("passage", "piece", "source", "tree", "past_commit", "hidden"):
        assert connection.execute(f"SELECT count(*) FROM {table}").get == 0, table
    connection.close()


def test_in_the_background(place: Place) -> None:
    """It returns at once and is done later."""
    with place.here() as ctx:
        ctx.indexes.start()
        ctx.indexes.start(force=True)
        for run in ctx.indexes._runs.values():
            run._thread.join(60)
        found = ctx.indexes.status()
        assert (found.files, found.running) == (3, "")


def test_strange_names_and_texts(place: Place) -> None:
    """Spaces, quotes, other scripts and encodings are read; a name that is no text is passed over."""
    place.write('notes/Grüße an "alle".md', "# Gruß\n\nDer Wombat gräbt.\n")
    (place.root / "latin.txt").write_bytes("Der Wombat schläft.\n".encode("latin-1"))
    (place.root / "wide.txt").write_bytes("The wombat eats.\n".encode("utf-16"))
    with open(os.path.join(os.fsencode(place.root), b"\xff\xfe.txt"), "wb") as file:
        file.write(b"nobody can name this")
    os.symlink("README.md", place.root / "link.md")
    place.commit("names")
    with place.here() as ctx:
        assert ctx.index().files == 6
        paths = {hit.path for hit in ctx.search_code("Wombat", 10, min_relevance=0)}
        assert {'notes/Grüße an "alle".md', "latin.txt", "wide.txt"} <= paths
        assert ctx.indexes.status().skipped == {"name that is not UTF-8": 1}


def test_closing_ends_what_runs_in_the_background(place: Place) -> None:
    """What it wrote stays, and the next run goes on from there."""
    for number in range(300):
        place.write(f"many/file{number}.py", LEDGER.replace("balance_of", f"balance_{number}"))
    place.git("add", "--all")
    with place.here() as ctx:
        ctx.indexes.start()
    with place.here() as ctx:
        assert ctx.index().files == 303


def test_where_git_does_not_answer(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer is not an empty tree: indexing says so, and a search goes on with what is known."""
    place.indexed()
    place.commit("something else")
    monkeypatch.setenv("PATH", str(place.root))
    with place.here() as ctx:
        with pytest.raises(InvalidInput, match="Git does not answer"):
            ctx.index()
        assert ctx.search_code("verify signature HMAC", 1)[0].path == "src/payments.py"
