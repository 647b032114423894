"""Addresses of one repository agree, however they are written, and none of them keeps a password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.remotes import normalise_remote, remote_path


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Acme/Backend",
        "https://github.com/acme/backend.git",
        "https://github.com/acme/backend/",
        "https://GitHub.com/acme/backend.git/",
        "https://user:token@github.com/acme/backend.git",
        "http://github.com:80/acme/backend",
        "git@github.com:acme/backend.git",
        "git@github.com:/acme/backend.git",
        "github.com:acme/backend",
        "ssh://git@github.com/acme/backend.git",
        "ssh://git@github.com:22/acme/backend.git",
        "ssh://git@ssh.github.com:443/acme/backend.git",
        "git+ssh://git@github.com/acme/backend",
        "git://github.com/acme/backend.git",
        "  https://github.com/acme//backend  ",
    ],
)
def test_every_way_to_write_a_github_address_agrees(url: str) -> None:
    """Scheme, user, password, port, capitals, slashes and .git make no difference."""
    assert normalise_remote(url) == "github.com/acme/backend"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("git@git.example.org:Team/Sub/App.git", "git.example.org/Team/Sub/App"),
        ("ssh://git@git.example.org:2222/Team/Sub/App", "git.example.org/Team/Sub/App"),
        ("ssh://me@[2001:db8::1]:2222/srv/app.git", "[2001:db8::1]/srv/app"),
        ("me@[2001:db8::1]:srv/app.git", "[2001:db8::1]/srv/app"),
        ("ssh://me@host/~/app.git", "host/app"),
        ("git@ssh.dev.azure.com:v3/org/project/repo", "dev.azure.com/org/project/repo"),
        ("https://org@dev.azure.com/org/project/_git/repo", "dev.azure.com/org/project/repo"),
    ],
)
def test_other_hosts_keep_their_capitals(url: str, expected: str) -> None:
    """A host that may tell capitals apart keeps them in its paths, and odd addresses still have a form."""
    assert normalise_remote(url) == expected


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/srv/git/app.git", "/srv/git/app.git"),
        ("../app", "../app"),
        ("./a:b/app", "./a:b/app"),
        ("file:///srv/git/app.git", "/srv/git/app.git"),
        ("file://localhost/srv/app", "/srv/app"),
        (r"C:\repos\app", r"C:\repos\app"),
        ("C:/repos/app", "C:/repos/app"),
    ],
)
def test_places_on_this_disk_are_no_remotes(url: str, path: str) -> None:
    """A path is told from an address, and only a path names a directory."""
    assert not normalise_remote(url)
    assert remote_path(url) == path


@pytest.mark.parametrize(
    "url", ["", "https://", "https://github.com", "https://github.com/", "git@github.com:"]
)
def test_an_address_without_a_repository_is_none(url: str) -> None:
    """A host alone names no repository."""
    assert not normalise_remote(url)


@given(
    st.sampled_from(["https://{}@{}/{}", "ssh://{}@{}/{}", "{}@{}:{}"]),
    st.from_regex(r"[a-z]{1,8}:[A-Z0-9]{6,12}", fullmatch=True),
    st.from_regex(r"[a-z]{2,8}\.(org|com)", fullmatch=True),
    st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){1,3}", fullmatch=True),
)
def test_a_password_never_survives(form: str, login: str, host: str, path: str) -> None:
    """What stands before the @ is gone, and the form of a form is itself."""
    user = login.partition(":")[0] if form.startswith("{}") else login
    known = normalise_remote(form.format(user, host, path))
    assert known == f"{host}/{path}"
    assert normalise_remote(f"https://{known}") == known


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    """Whatever a configuration holds, it is an address, a path, or nothing."""
    assert isinstance(normalise_remote(text), str)
    assert isinstance(remote_path(text), str)
