"""The sign-in endpoints: consent page, token, revocation, who am I."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from google_simulator.errors import OAuthError
from google_simulator.oauth import (
    ACCESS_TOKEN_SECONDS,
    CODE_SECONDS,
    AccessToken,
    Code,
    SignIn,
    calendar_scopes,
    is_local_redirect,
    known_scopes,
)
from google_simulator.pages import page

PATHS = {"/o/oauth2/v2/auth", "/o/oauth2/auth", "/token", "/revoke", "/oauth2/v3/userinfo"}


def answer(sign_in: SignIn, request: Request) -> Response:
    """The answer of one of the sign-in endpoints."""
    try:
        if request.path == "/token":
            return _json(_token(sign_in, request))
        if request.path == "/revoke":
            sign_in.revoke(request.values.get("token", ""))
            return _json({})
        if request.path == "/oauth2/v3/userinfo":
            return _json(_who(sign_in, request))
        return _authorize(sign_in, request)
    except OAuthError as error:
        return _json(error.body(), status=error.status)


def _json(body: dict[str, object], *, status: int = 200) -> Response:
    answer = Response(json.dumps(body), status, content_type="application/json; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _who(sign_in: SignIn, request: Request) -> dict[str, object]:
    found = sign_in.authenticate(request.headers.get("Authorization", ""))
    person = sign_in.world.person(found.email)
    number = sum(found.email.encode())
    return {
        "sub": f"1{number:020d}",
        "name": person.name,
        "email": found.email,
        "email_verified": True,
    }


def _token(sign_in: SignIn, request: Request) -> dict[str, object]:
    if request.method != "POST":
        raise OAuthError(405, "invalid_request", "Use POST.")
    form = request.form
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if not client_id and request.authorization:
        client_id = request.authorization.username or ""
        secret = request.authorization.password or ""
    sign_in.check_client(client_id, secret)
    kind = form.get("grant_type")
    if kind == "refresh_token":
        token, access = sign_in.refresh(form.get("refresh_token", ""), client_id)
        return _bearer(token, access)
    if kind == "authorization_code":
        return _exchange(sign_in, request, client_id)
    raise OAuthError(400, "unsupported_grant_type", f"Invalid grant_type: {kind or ''}"[:100])


def _bearer(token: str, access: AccessToken) -> dict[str, object]:
    return {
        "access_token": token,
        "expires_in": ACCESS_TOKEN_SECONDS,
        "scope": " ".join(access.scopes),
        "token_type": "Bearer",
    }


def _exchange(sign_in: SignIn, request: Request, client_id: str) -> dict[str, object]:
    form = request.form
    code = sign_in.redeem_code(
        form.get("code", ""),
        client_id=client_id,
        redirect_uri=form.get("redirect_uri", ""),
        verifier=form.get("code_verifier", ""),
    )
    grant = sign_in.grant(email=code.email, client_id=client_id, scopes=code.scopes)
    token, access = sign_in.new_access_token(grant, code.scopes)
    made = _bearer(token, access)
    if code.refresh:
        made["refresh_token"] = sign_in.new_refresh_token(grant, code.scopes)
    return made


def _authorize(sign_in: SignIn, request: Request) -> Response:
    asked = request.values
    if asked.get("client_id", "") not in sign_in.clients:
        return page("Access blocked", "<p>Error 401: invalid_client</p>", status=401)
    redirect_uri = asked.get("redirect_uri", "")
    if not is_local_redirect(redirect_uri):
        return page("Access blocked", "<p>Error 400: redirect_uri_mismatch</p>", status=400)
    if asked.get("response_type") != "code":
        return page("Access blocked", "<p>Error 400: invalid_request</p>", status=400)
    try:
        scopes = known_scopes(asked.get("scope", ""))
    except OAuthError as error:
        return page("Access blocked", f"<p>Error 400: {escape(error.error)}</p>", status=400)
    if request.method == "POST":
        return _decide(sign_in, request, scopes)
    if asked.get("prompt") == "none":
        return _back(redirect_uri, asked.get("state"), {"error": "interaction_required"})
    return _consent(sign_in, request, scopes)


def _decide(sign_in: SignIn, request: Request, scopes: list[str]) -> Response:
    asked, state = request.values, request.values.get("state")
    email = request.form.get("account", "")
    if request.form.get("decision") != "allow" or email not in sign_in.world.people:
        return _back(asked["redirect_uri"], state, {"error": "access_denied"})
    ticked = set(request.form.getlist("allow"))
    optional = set(calendar_scopes())
    granted = [scope for scope in scopes if scope in ticked or scope not in optional]
    client_id = asked["client_id"]
    known = sign_in.grants.get((email, client_id))
    first = known is None or not known.refresh_tokens
    refresh = asked.get("access_type") == "offline" and (
        first or "consent" in asked.get("prompt", "")
    )
    if asked.get("include_granted_scopes") == "true" and known is not None:
        granted = list(dict.fromkeys([*granted, *known.scopes]))
    code = sign_in.issue_code(
        Code(
            email=email,
            client_id=client_id,
            scopes=granted,
            redirect_uri=asked["redirect_uri"],
            challenge=asked.get("code_challenge", ""),
            challenge_method=asked.get("code_challenge_method", "plain"),
            refresh=refresh,
            expires=sign_in.world.now() + CODE_SECONDS,
        )
    )
    return _back(asked["redirect_uri"], state, {"code": code, "scope": " ".join(granted)})


def _back(redirect_uri: str, state: str | None, values: dict[str, str]) -> Response:
    query = urlencode(({"state": state} if state else {}) | values)
    mark = "&" if "?" in redirect_uri else "?"
    return Response("", 302, headers={"Location": f"{redirect_uri}{mark}{query}"})


def _consent(sign_in: SignIn, request: Request, scopes: list[str]) -> Response:
    asked = request.args
    hint = asked.get("login_hint", "")
    accounts = "".join(
        f'<option value="{escape(email)}"{" selected" if email == hint else ""}>'
        f"{escape(person.name)} ({escape(email)})</option>"
        for email, person in sign_in.world.people.items()
    )
    described = calendar_scopes()
    boxes = "".join(
        f'<li><label><input type="checkbox" name="allow" value="{escape(scope)}" checked> '
        f"{escape(described[scope])}</label></li>"
        for scope in scopes
        if scope in described
    )
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    body = f"""
<p><strong>{escape(asked["client_id"])}</strong> wants access to your Google Account.
This page is the simulator's, not Google's.</p>
<form method="post" action="{escape(request.path)}">{hidden}
<p><label>Account <select name="account">{accounts}</select></label></p>
<p>Choose what it may do:</p><ul class="plain">{boxes}</ul>
<p><button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" class="quiet">Cancel</button></p></form>"""
    return page("Sign in with Google (simulated)", body)
