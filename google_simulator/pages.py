"""The look of the simulator's own pages: plain HTML, no scripts, light and dark."""

from __future__ import annotations

from html import escape

from werkzeug.wrappers import Response

_STYLE = """
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 22%,transparent);
--soft:color-mix(in srgb,currentColor 6%,transparent)}
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
form{margin:0}td form,.row form{display:inline-flex;gap:.4rem;align-items:center;flex-wrap:wrap}
.row{display:flex;gap:1rem;flex-wrap:wrap;align-items:center;margin:.5rem 0}
summary{cursor:pointer;font-weight:600}
button,input,select{font:inherit;padding:.25rem .6rem;border:1px solid var(--line);
border-radius:.4rem;background:var(--soft);color:inherit}
button{cursor:pointer}button:focus-visible,input:focus-visible,select:focus-visible,
a:focus-visible{outline:2px solid #1a73e8;outline-offset:2px}
.plain{list-style:none;padding:0}.quiet{background:none}
.banner{padding:.6rem 1rem;border-radius:.5rem;border:1px solid var(--line);background:var(--soft)}
.off{border-color:#c5221f}code{overflow-wrap:anywhere}
.scroll{overflow-x:auto}.visually-hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
"""


def page(title: str, body: str, *, status: int = 200) -> Response:
    """A whole page around a piece of HTML."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    answer = Response(text, status, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    )
    return answer
