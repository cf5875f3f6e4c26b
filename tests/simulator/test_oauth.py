"""Sign-in: consent, codes, tokens, revocation, scopes."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from google.auth.exceptions import RefreshError

from tests.simulator.conftest import ANN, BEN, connect, timed
from tests.simulator.reasons import error_of, refusal

if TYPE_CHECKING:
    from google_simulator import FrozenClock, Simulator

SCOPE = "https://www.googleapis.com/auth/calendar.events"
LIST_SCOPE = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
CALLBACK = "http://localhost:8000/callback"
VERIFIER = "v" * 50
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


def asked(sim: Simulator, **more: str) -> dict[str, str]:
    return {
        "client_id": sim.client_config([CALLBACK])["web"]["client_id"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": f"{SCOPE} {LIST_SCOPE}",
        "state": "st ate",
        "access_type": "offline",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }


def consent(
    sim: Simulator,
    *,
    decision: str = "allow",
    ticked: tuple[str, ...] = (SCOPE, LIST_SCOPE),
    **more: str,
) -> dict[str, str]:
    form = [*asked(sim, **more).items(), ("account", ANN), ("decision", decision)]
    form += [("allow", scope) for scope in ticked]
    response, _ = sim.http().request(
        "http://simulator.test/o/oauth2/v2/auth",
        "POST",
        body=urlencode(form),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert response.status == 302
    return {k: v[0] for k, v in parse_qs(urlsplit(response["location"]).query).items()}


def exchange(sim: Simulator, code: str, **more: str) -> tuple[int, dict[str, Any]]:
    web = sim.client_config([CALLBACK])["web"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": web["client_id"],
        "client_secret": web["client_secret"],
        "code_verifier": VERIFIER,
        **more,
    }
    return token_request(sim, form)


def token_request(sim: Simulator, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    response, content = sim.http().request(
        "http://simulator.test/token",
        "POST",
        body=urlencode(form),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    return response.status, json.loads(content)


def test_consent_leads_to_tokens_that_work(sim: Simulator) -> None:
    back = consent(sim)
    assert back["state"] == "st ate"
    status, tokens = exchange(sim, back["code"])
    assert status == 200
    assert set(tokens["scope"].split()) == {SCOPE, LIST_SCOPE}
    assert tokens["refresh_token"]
    response, _ = sim.http().request(
        "http://simulator.test/calendar/v3/users/me/calendarList",
        headers={"authorization": f"Bearer {tokens['access_token']}"},
    )
    assert response.status == 200


def test_the_consent_page_offers_people_and_scopes(sim: Simulator) -> None:
    query = urlencode(asked(sim, login_hint=BEN))
    response, content = sim.http().request(f"http://simulator.test/o/oauth2/v2/auth?{query}")
    assert response.status == 200
    assert f'<option value="{BEN}" selected>'.encode() in content
    assert content.count(b'type="checkbox"') == 2


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"client_id": "nobody"}, 401),
        ({"redirect_uri": "https://evil.example.org/"}, 400),
        ({"response_type": "token"}, 400),
        ({"scope": "https://www.googleapis.com/auth/nonsense"}, 400),
    ],
)
def test_a_wrong_request_for_consent_never_redirects(
    sim: Simulator, wrong: dict[str, str], status: int
) -> None:
    query = urlencode(asked(sim, **wrong))
    response, _ = sim.http().request(f"http://simulator.test/o/oauth2/v2/auth?{query}")
    assert response.status == status


def test_an_unticked_scope_is_not_granted(sim: Simulator) -> None:
    back = consent(sim, ticked=(SCOPE,))
    _, tokens = exchange(sim, back["code"])
    assert tokens["scope"] == SCOPE
    response, _ = sim.http().request(
        "http://simulator.test/calendar/v3/users/me/calendarList",
        headers={"authorization": f"Bearer {tokens['access_token']}"},
    )
    assert response.status == 403


def test_cancelling_consent_comes_back_as_access_denied(sim: Simulator) -> None:
    assert consent(sim, decision="deny") == {"error": "access_denied", "state": "st ate"}


def test_a_refresh_token_comes_once_unless_consent_is_prompted(sim: Simulator) -> None:
    def given(**more: str) -> bool:
        return "refresh_token" in exchange(sim, consent(sim, **more)["code"])[1]

    assert not given(access_type="online")
    assert given()
    assert not given()
    assert given(prompt="consent")


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"code_verifier": "x" * 50}, 400, "invalid_grant"),
        ({"redirect_uri": "http://localhost:9/other"}, 400, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_code_is_worth_nothing_to_anybody_else(
    sim: Simulator, wrong: dict[str, str], status: int, error: str
) -> None:
    found, body = exchange(sim, consent(sim)["code"], **wrong)
    assert (found, body["error"]) == (status, error)


def test_a_code_works_once_and_not_for_long(sim: Simulator, clock: FrozenClock) -> None:
    code = consent(sim)["code"]
    assert exchange(sim, code)[0] == 200
    assert exchange(sim, code)[0] == 400
    late = consent(sim)["code"]
    clock.advance(timedelta(minutes=11))
    assert exchange(sim, late)[0] == 400


def test_an_expired_access_token_is_refreshed_by_the_client(sim: Simulator) -> None:
    api = connect(sim)
    sim.faults.expire_access_tokens()
    api.calendarList().list().execute()
    assert [request.path for request in sim.requests if request.path == "/token"] == ["/token"]


def test_a_revoked_grant_is_invalid_grant_on_refresh(sim: Simulator) -> None:
    api = connect(sim)
    sim.faults.revoke_grant(ANN)
    with pytest.raises(RefreshError) as caught:
        api.calendarList().list().execute()
    assert caught.value.args[1] == {
        "error": "invalid_grant",
        "error_description": "Token has been expired or revoked.",
    }


def test_revoking_a_token_kills_the_whole_grant(sim: Simulator) -> None:
    info = sim.credentials_json(ANN)
    revoke = f"http://simulator.test/revoke?token={info['token']}"
    assert sim.http().request(revoke, "POST")[0].status == 200
    response, content = sim.http().request(revoke, "POST")
    assert (response.status, json.loads(content)["error"]) == (400, "invalid_token")


def test_a_refresh_token_dies_of_disuse_and_of_a_testing_app(
    sim: Simulator, clock: FrozenClock
) -> None:
    def refreshed(info: dict[str, Any]) -> int:
        keys = ("refresh_token", "client_id", "client_secret")
        form = {"grant_type": "refresh_token", **{key: info[key] for key in keys}}
        return token_request(sim, form)[0]

    info = sim.credentials_json(ANN)
    clock.advance(timedelta(days=100))
    assert refreshed(info) == 200
    clock.advance(timedelta(days=181))
    assert refreshed(info) == 400
    sim.options.testing_consent_screen = True
    info = sim.credentials_json(ANN)
    clock.advance(timedelta(days=8))
    assert refreshed(info) == 400


def test_the_oldest_of_more_than_a_hundred_refresh_tokens_dies(sim: Simulator) -> None:
    first = sim.credentials_json(ANN)["refresh_token"]
    for _ in range(100):
        sim.credentials_json(ANN)
    (grant,) = sim.sign_in.grants.values()
    assert len(grant.refresh_tokens) == 100
    assert first not in grant.refresh_tokens


def test_a_missing_scope_is_403_in_the_newer_shape(sim: Simulator) -> None:
    api = connect(sim, scopes=[SCOPE])
    error = error_of(api.calendarList().list().execute)
    assert error["errors"][0]["reason"] == "insufficientPermissions"
    assert error["status"] == "PERMISSION_DENIED"
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert refusal(api.colors().get().execute)[0] == 403
    api.events().list(calendarId="primary").execute()


def test_scopes_withheld_later_are_missed(sim: Simulator) -> None:
    api = connect(sim)
    every = sim.credentials_json(ANN)["scopes"]
    sim.faults.withhold_scopes(ANN, [scope for scope in every if scope != SCOPE])
    assert refusal(api.calendarList().list().execute)[0] == 403
    assert sim.credentials_json(ANN)["scopes"] == [SCOPE]


def test_the_scope_for_owned_calendars_does_not_reach_others(sim: Simulator) -> None:
    sim.share(BEN, with_=ANN, role="writer")
    api = connect(sim, scopes=["https://www.googleapis.com/auth/calendar.events.owned"])
    api.events().insert(calendarId="primary", body=timed()).execute()
    request = api.events().insert(calendarId=BEN, body=timed())
    assert refusal(request.execute) == (403, "insufficientPermissions")


def test_nobody_gets_in_without_a_token(sim: Simulator) -> None:
    response, content = sim.http().request("http://simulator.test/calendar/v3/colors")
    error = json.loads(content)["error"]
    assert (response.status, error["errors"][0]["reason"]) == (401, "authError")
    assert error["status"] == "UNAUTHENTICATED"


def test_the_identity_endpoint_names_the_account(sim: Simulator) -> None:
    token = sim.credentials_json(ANN)["token"]
    _, content = sim.http().request(
        "http://simulator.test/oauth2/v3/userinfo", headers={"authorization": f"Bearer {token}"}
    )
    assert json.loads(content)["email"] == ANN
