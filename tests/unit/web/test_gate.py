"""Each line of defence, attacked."""

from __future__ import annotations

from typing import Any

import pytest

from contextfs import ContextFS
from contextfs.web.access import Access, own_names
from contextfs.web.gate import MOST_BYTES

ADDRESS = "http://127.0.0.1:8000"
PAGES = ("/", "/new", "/search/facets", "/live", "/api/v1/memories", "/api/v1/openapi.json", "/mcp", "/undo")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_told_without_a_link(stranger: Any, path: str) -> None:
    """A browser that came by no link gets 401 and nothing of the store."""
    answer = stranger.client.get(path)
    assert answer.status_code == 401
    assert "work" not in answer.text


def test_a_link_lets_one_browser_in_once(stranger: Any, access: Access) -> None:
    """The second one who comes by the same link stays outside."""
    token = access.new_link()
    assert stranger.client.get("/", params={"token": token}).status_code == 200
    assert stranger.client.get("/").status_code == 200
    stranger.client.cookies.clear()
    assert stranger.client.get("/", params={"token": token}).status_code == 401
    assert stranger.client.get("/").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "\x00", "é" * 40, "A" * 10_000])
def test_a_made_up_link_opens_nothing(stranger: Any, token: str) -> None:
    """A token that was never printed is worth nothing."""
    assert stranger.client.get("/", params={"token": token}).status_code == 401


def test_the_cookie_is_out_of_reach(stranger: Any, access: Access) -> None:
    """No script reads the cookie, no other site has it sent, and it is not the token of the link."""
    token = access.new_link()
    told = stranger.client.get("/", params={"token": token}).headers["set-cookie"]
    assert "HttpOnly" in told
    assert "samesite=strict" in told.lower()
    assert token not in told
    secure = Access("t", port=1, secure=True)
    assert secure.secure


def test_a_made_up_cookie_opens_nothing(stranger: Any) -> None:
    """A cookie that was never given is worth nothing."""
    stranger.client.cookies.set("contextfs_8000", "guessed")
    assert stranger.client.get("/").status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1:9999", "127.0.0.1.evil.example:8000", "", "10.0.0.1:8000"]
)
def test_a_foreign_name_is_not_answered(visit: Any, host: str) -> None:
    """DNS rebinding: a name of somebody else's that points at this machine reaches nothing, even with the cookie."""
    answer = visit.client.get("/", headers={"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000"])
def test_our_own_names_are_answered(visit: Any, host: str) -> None:
    """The names of this machine are ours."""
    assert visit.client.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_served_address_is_known_by_its_names() -> None:
    """On every address of the machine its name and its addresses are ours, and still no other name."""
    access = Access("t", port=8000, hosts=own_names("0.0.0.0"))
    assert access.knows_host("192.168.1.7:8000")
    assert not access.knows_host("evil.example:8000")
    assert own_names("192.168.1.7") == ("192.168.1.7",)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8000"]
)
def test_another_page_cannot_write(visit: Any, ctx: ContextFS, origin: str) -> None:
    """Not even with the cookie and the right CSRF token: the browser says who asks."""
    memory = ctx.save("We keep it.")
    headers = {"Origin": origin, "X-CSRF-Token": visit.csrf}
    assert visit.client.post(f"/memory/{memory.id}/delete", headers=headers).status_code == 403
    assert ctx.get(memory.id)


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_a_write_without_the_csrf_token_is_refused(visit: Any, ctx: ContextFS, token: str | None) -> None:
    """The cookie alone writes nothing: a form of another page could send it."""
    memory = ctx.save("We keep it.")
    headers = {"Origin": ADDRESS, **({} if token is None else {"X-CSRF-Token": token})}
    assert visit.client.post(f"/memory/{memory.id}/delete", headers=headers).status_code == 403
    assert visit.client.request("DELETE", f"/api/v1/memories/{memory.id}", headers=headers).status_code == 403
    assert ctx.get(memory.id)


def test_another_page_cannot_read(visit: Any) -> None:
    """A script or an image of another page gets nothing, even where the browser would send the cookie."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert visit.client.get("/api/v1/memories", headers=headers).status_code == 403
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert visit.client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer wrong", "Basic YTpi", "bearer"])
def test_a_program_needs_the_token(stranger: Any, authorization: str) -> None:
    """REST and MCP answer 401 without the bearer token."""
    answer = stranger.client.get("/api/v1/memories", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_token_of_programs_opens_no_page(program: Any) -> None:
    """The bearer token is for REST and MCP; it is no way to the pages."""
    assert program.get("/api/v1/memories").status_code == 200
    assert program.get("/").status_code == 401


def test_what_is_too_much_is_refused(visit: Any) -> None:
    """A body beyond the limit is refused before it is read."""
    headers = {"Origin": ADDRESS, "X-CSRF-Token": visit.csrf, "HX-Request": "true"}
    said = visit.client.post("/preview", content=b"x" * (MOST_BYTES + 1), headers=headers)
    assert said.status_code == 413
    lied = visit.client.post("/preview", headers={**headers, "Content-Length": "-5"}, content=b"")
    assert lied.status_code == 413


def test_every_answer_is_dressed(visit: Any) -> None:
    """No script but ours runs, no frame holds the page, nothing is guessed, nothing is kept by a cache."""
    for path in ("/", "/nowhere", "/healthz", "/api/v1/status"):
        headers = visit.client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


def test_no_page_holds_a_script_or_a_style_of_its_own(visit: Any, ctx: ContextFS) -> None:
    """The pages would break under their own policy if they did."""
    memory = ctx.save("## A title\n\nAnd a text about `src/app.py`.", tags=["a"])
    for path in ("/", f"/memory/{memory.id}", f"/memory/{memory.id}/edit", "/new"):
        page = visit.page(path)
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert "<script>" not in page


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2fapp.py", "vendor/../../app.py", "/etc/passwd", "vendor", ""]
)
def test_nothing_but_assets_is_served(visit: Any, name: str) -> None:
    """No path leads out of the folder of assets."""
    assert visit.client.get(f"/static/{name}").status_code in {404, 405}


def test_visitors_are_not_kept_without_end() -> None:
    """Whoever came first is forgotten when too many have come."""
    access = Access("t", port=1)
    first = access.redeem(access.new_link())
    last = [access.redeem(access.new_link()) for _ in range(64)][-1]
    assert access.visitor(first) is None
    assert access.visitor(last)
    access.leave(last)
    assert access.visitor(last) is None


@pytest.mark.parametrize("query", ["xtoken=1", "a=token=", "token[]=1", "token"])
def test_only_a_token_is_taken_for_one(stranger: Any, query: str) -> None:
    """A query that merely looks like a link is a stranger's like any other."""
    assert stranger.client.get(f"/?{query}").status_code == 401


@pytest.mark.parametrize(
    "place", ["/etc/passwd", "../other/.env", "~/.ssh/id_rsa", "src/../../x", "C:\\x", "..\\x"]
)
def test_no_file_elsewhere_is_read(visit: Any, program: Any, place: str) -> None:
    """The lines of files are shown from the repository of the page alone."""
    assert program.get("/api/v1/why", params={"place": place}).status_code == 400
    assert "does not lie in this repository" in visit.page("/why", 400, place=place)


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_action_leads_elsewhere(visit: Any, ctx: ContextFS, back: str) -> None:
    """After an action the browser is sent to a page of ours only."""
    memory = ctx.save("Rule.")
    answer = visit.post("/bulk", id=[memory.id], what="archive", back=back)
    assert answer.headers["hx-redirect"] == "/"


@pytest.mark.parametrize("text", ["[[javascript:alert(1)]]", "javascript://x%0aalert(1)", "data:text/html,x"])
def test_what_a_memory_names_is_no_address_of_its_own(visit: Any, ctx: ContextFS, text: str) -> None:
    """A name that is no web address is never a link to itself."""
    memory = ctx.save(f"See {text} for it.")
    page = visit.page(f"/memory/{memory.id}")
    assert 'href="javascript' not in page
    assert 'href="data' not in page
