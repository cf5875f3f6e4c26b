"""The control page: plays "somebody else at Google", switches Google off, shows what arrived.

For demo and development on one machine: it asks for no login, so it answers loopback only, and
takes changes only from itself (or from programs, which send no Origin).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from google_simulator import control_actions, control_page
from google_simulator.errors import ApiError

if TYPE_CHECKING:
    from google_simulator.simulator import Simulator

_LOCAL = {"localhost", "127.0.0.1", "::1"}


class Control:
    """Serves everything under `/control/`; keeps working while Google is "off"."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def __call__(self, request: Request) -> Response:
        if not _is_local(request):
            return Response("The control page is for this machine only.\n", 403)
        if request.method == "POST":
            return self._post(request)
        if request.method not in {"GET", "HEAD"}:
            return Response("Use GET or POST.\n", 405)
        return self._get(request)

    def _get(self, request: Request) -> Response:
        name = request.path.removeprefix("/control").strip("/")
        with self.simulator.world.lock:
            if name == "":
                return control_page.overview(self.simulator, request.args.get("calendar", ""))
            if name == "requests":
                return control_page.requests(self.simulator)
            if name == "state.json":
                return _json(control_actions.state(self.simulator))
            if name == "client.json":
                uris = request.args.getlist("redirect_uri")
                return _json(self.simulator.client_config(uris))
        return Response("Not found.\n", 404)

    def _post(self, request: Request) -> Response:
        if not _is_same_origin(request):
            return Response("This came from another site.\n", 403)
        name = request.path.removeprefix("/control").strip("/")
        action = control_actions.ACTIONS.get(name)
        if action is None:
            return Response("Not found.\n", 404)
        try:
            result = action(self.simulator, _values(request))
        except (ApiError, KeyError, ValueError) as error:
            return _refused(request, error)
        self.simulator.writes += 1
        if _wants_json(request):
            return _json({"ok": True, **result})
        back = request.form.get("back", "")
        target = back if back.startswith("/control/") else "/control/"
        return Response("", 303, headers={"Location": target})


def _is_local(request: Request) -> bool:
    """Loopback peer and a loopback name in Host, so that no foreign name can be rebound to us."""
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    return host in _LOCAL and (request.remote_addr or "") in _LOCAL | {"::ffff:127.0.0.1"}


def _is_same_origin(request: Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.headers.get('Host', '')}"
    return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}


def _wants_json(request: Request) -> bool:
    return "text/html" not in request.headers.get("Accept", "")


def _values(request: Request) -> dict[str, str]:
    if request.mimetype == "application/json":
        given = json.loads(request.get_data() or b"{}")
        if not isinstance(given, dict):
            raise ValueError("a JSON object is needed")
        return {str(name): str(value) for name, value in given.items()}
    return {name: value for name, value in request.values.items() if value != ""}


def _refused(request: Request, error: Exception) -> Response:
    text = f"Missing: {error}" if isinstance(error, KeyError) else str(error)
    if isinstance(error, ApiError):
        text = f"{error.status} {error.reason}: {error.message}"
    if _wants_json(request):
        return _json({"ok": False, "error": text}, status=400)
    return control_page.refusal(text)


def _json(body: dict[str, Any], *, status: int = 200) -> Response:
    answer = Response(json.dumps(body), status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
