"""What somebody sees who has no way in yet: two small pages that need nothing of the store."""

from __future__ import annotations

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>contextfs</title>{head}<link rel="icon" href="/static/mark.svg">
<link rel="stylesheet" href="/static/style.css"></head>
<body class="locked"><main><img src="/static/mark.svg" alt="" width="44" height="44">{body}</main></body></html>
"""

LOCKED_PAGE = _PAGE.format(
    head="",
    body="""<h1>This page needs a link</h1>
<p>Open the link that <code>contextfs web</code> printed in your terminal. Each link lets one browser in, once; the
last one printed there is always a fresh one.</p>""",
)

ENTERED_PAGE = _PAGE.format(
    head='<meta http-equiv="refresh" content="0;url=/">',
    body="""<h1>Welcome</h1><p><a href="/">Open your memories</a></p>""",
)
"""A step in between, and not a redirect: what a link from another page leads to is sent no strict cookie yet."""
