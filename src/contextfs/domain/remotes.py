"""Remote addresses of git repositories, brought to one form: all ways to write a repository's address agree.

`git@github.com:x/y.git`, `ssh://git@github.com:22/x/y` and `https://user:token@GitHub.com/x/y/` all become
`github.com/x/y`. The form never holds a user name or a password, so it may be stored and shown.
"""

from __future__ import annotations

# Hosts that do not tell capital letters apart in a path, so neither may we.
_CASELESS = frozenset(("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "dev.azure.com"))
# Second names of the same hosts, for networks that only let the port of https through, or for ssh alone.
_SAME_HOST = {
    "ssh.github.com": "github.com",
    "www.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
    "ssh.dev.azure.com": "dev.azure.com",
}


def normalise_remote(url: str) -> str:
    """The address as `host/path`, the same for every way to write it; "" for a place on this disk."""
    host, path = _host_and_path(url.strip())
    parts = [part for part in path.split("/") if part]
    if not host or not parts:
        return ""
    host = _SAME_HOST.get(host, host)
    if host == "dev.azure.com":  # ssh says v3/org/project/repo, https says org/project/_git/repo
        parts = [part for part in parts if part not in {"v3", "_git"}]
    parts[-1] = parts[-1].removesuffix(".git") or parts[-1]
    path = "/".join(parts)
    return f"{host}/{path.lower() if host in _CASELESS else path}"


def remote_path(url: str) -> str:
    """The directory that the address of a repository on this disk names; "" when it is elsewhere."""
    text = url.strip()
    if text.startswith("file://"):
        return text[len("file://") :].removeprefix("localhost")
    return "" if "://" in text or _is_scp(text) else text


def _host_and_path(text: str) -> tuple[str, str]:
    scheme, found, rest = text.partition("://")
    if found:
        if scheme == "file":
            return "", ""
        place, _, path = rest.partition("/")
    elif _is_scp(text):
        place, path = _split_scp(text)
    else:
        return "", ""
    return _bare_host(place), path.lstrip("~")


def _is_scp(text: str) -> bool:
    """Whether this is `host:path`: a colon before any slash, and not the drive letter of a Windows path."""
    head, colon, _ = text.partition("/")[0].partition(":")
    if text.startswith("[") or "@[" in head:
        return "]:" in text
    return bool(colon) and len(head) > 1 and "\\" not in head


def _split_scp(text: str) -> tuple[str, str]:
    if "[" in text.partition("/")[0]:
        place, _, path = text.partition("]:")
        return place + "]", path
    place, _, path = text.partition(":")
    return place, path


def _bare_host(place: str) -> str:
    """The host without user, password and port, in lower case."""
    host = place.rpartition("@")[2].lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")
