"""Connecting an account through the simulator's consent page, over a real socket."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.test import Client

from accounts.models import GoogleAccount, Member
from accounts.queries import credentials_of
from accounts.scopes import ASKED_SCOPES
from google_simulator import Simulator, ThreadedSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONNECT = "/settings/accounts/connect/"
CALLBACK = "http://127.0.0.1:8000/settings/accounts/connected/"
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"


@pytest.fixture(scope="module")
def running_google() -> Iterator[Simulator]:
    simulator = Simulator(seed=3)
    simulator.add_person("alice@example.test")
    simulator.add_person("second@example.test")
    with ThreadedSimulator(simulator):
        yield simulator


@pytest.fixture
def google(running_google: Simulator, tmp_path: Path, settings: Any) -> Simulator:
    path = tmp_path / "client.json"
    path.write_text(json.dumps(running_google.client_config([CALLBACK])))
    settings.GOOGLE_CREDENTIALS_FILE = str(path)
    settings.GOOGLE_API_ENDPOINT = f"{running_google.base_url}/calendar/v3/"
    return running_google


@pytest.fixture
def browser(alice: Member) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def start(browser: Client) -> str:
    """Where the product sends the member's browser."""
    response = browser.get(CONNECT)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def consent(
    address: str,
    *,
    account: str = "alice@example.test",
    decision: str = "allow",
    untick: str = "",
) -> str:
    """Fill the consent page in; the path and query to which it sends the browser back."""
    page = requests.get(address, timeout=5)
    hidden = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.text))
    boxes = re.findall(r'name="allow" value="([^"]*)"', page.text)
    form: dict[str, Any] = {name: unescape(value) for name, value in hidden.items()}
    form |= {"account": account, "decision": decision}
    form["allow"] = [box for box in boxes if box != untick]
    action = urlsplit(address)._replace(query="").geturl()
    answer = requests.post(action, form, timeout=5, allow_redirects=False)
    location = answer.headers["Location"]
    assert location.startswith(CALLBACK + "?")
    return location.removeprefix("http://127.0.0.1:8000")


def test_a_member_connects_an_account_by_consent(
    browser: Client, alice: Member, google: Simulator
) -> None:
    response = browser.get(consent(start(browser)), follow=True)
    assert "alice@example.test is connected." in response.text
    assert "/calendar/week/" in response.redirect_chain[-1][0]  # where the calendars arrive
    account = GoogleAccount.objects.get()
    assert (account.member, account.email, account.status) == (
        alice,
        "alice@example.test",
        "connected",
    )
    assert set(account.scopes) == set(ASKED_SCOPES)
    kept = credentials_of(account)
    assert kept["refresh_token"]
    assert kept["token_uri"] == f"{google.base_url}/token"


def test_a_member_connects_a_second_account(browser: Client, google: Simulator) -> None:
    browser.get(consent(start(browser)))
    browser.get(consent(start(browser), account="second@example.test"))
    assert {account.email for account in GoogleAccount.objects.all()} == {
        "alice@example.test",
        "second@example.test",
    }


def test_connecting_again_replaces_the_credentials(browser: Client, google: Simulator) -> None:
    browser.get(consent(start(browser)))
    first = credentials_of(GoogleAccount.objects.get())
    browser.get(consent(start(browser)))
    assert credentials_of(GoogleAccount.objects.get())["refresh_token"] != first["refresh_token"]


def test_google_is_asked_for_lasting_access_to_the_least_with_a_fresh_challenge(
    browser: Client, google: Simulator
) -> None:
    asked, again = (parse_qs(urlsplit(start(browser)).query) for _ in range(2))
    assert asked["scope"] == [" ".join(ASKED_SCOPES)]
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["code_challenge"] != again["code_challenge"]
    assert asked["state"] != again["state"]
    assert "include_granted_scopes" not in asked


def test_reconnecting_proposes_the_account_to_google(browser: Client, google: Simulator) -> None:
    location = browser.get(CONNECT, {"address": "second@example.test"}).headers["Location"]
    assert parse_qs(urlsplit(location).query)["login_hint"] == ["second@example.test"]


def test_a_permission_that_was_unticked_is_stored_as_missing_and_explained(
    browser: Client, google: Simulator
) -> None:
    response = browser.get(consent(start(browser), untick=FREE_BUSY), follow=True)
    assert FREE_BUSY not in GoogleAccount.objects.get().scopes
    assert "may not ask when other people are busy" in response.text


def test_a_member_who_does_not_allow_access_is_told_that_nothing_was_connected(
    browser: Client, google: Simulator
) -> None:
    response = browser.get(consent(start(browser), decision="deny"))
    assert response.status_code == 400
    assert "You did not allow access" in response.text
    assert not GoogleAccount.objects.exists()


def test_an_answer_with_another_state_is_refused_and_the_right_one_still_works(
    browser: Client, google: Simulator
) -> None:
    answer = consent(start(browser))
    forged = re.sub(r"state=[^&]*", "state=" + "x" * 43, answer)
    response = browser.get(forged)
    assert response.status_code == 400
    assert "does not belong to what you started here" in response.text
    assert browser.get(answer).status_code == 302
    assert GoogleAccount.objects.count() == 1


@pytest.mark.parametrize("query", ["", "code=x", "code=x&state=%C3%A9", "error=access_denied"])
def test_an_answer_without_the_state_is_refused(
    browser: Client, google: Simulator, query: str
) -> None:
    start(browser)
    assert browser.get(f"{CALLBACK}?{query}").status_code == 400
    assert not GoogleAccount.objects.exists()


def test_an_answer_that_nobody_here_asked_for_is_refused(
    bob: Member, browser: Client, google: Simulator
) -> None:
    answer = consent(start(browser))
    other = Client()
    other.force_login(bob)
    response = other.get(answer)
    assert response.status_code == 400
    assert "You have not started to connect" in response.text
    assert not GoogleAccount.objects.exists()


def test_an_answer_works_once(browser: Client, google: Simulator) -> None:
    answer = consent(start(browser))
    assert browser.get(answer).status_code == 302
    assert browser.get(answer).status_code == 400


def test_a_code_that_google_does_not_know_is_refused_with_a_sentence(
    browser: Client, google: Simulator
) -> None:
    state = parse_qs(urlsplit(start(browser)).query)["state"][0]
    response = browser.get(f"{CALLBACK}?{urlencode({'code': 'made up', 'state': state})}")
    assert response.status_code == 400
    assert "Google did not accept the answer" in response.text


def test_a_stolen_code_is_worthless_without_the_verifier(
    browser: Client, google: Simulator
) -> None:
    stolen = parse_qs(urlsplit(consent(start(browser))).query)["code"][0]
    state = parse_qs(urlsplit(start(browser)).query)["state"][0]  # another attempt
    response = browser.get(f"{CALLBACK}?{urlencode({'code': stolen, 'state': state})}")
    assert response.status_code == 400
    assert not GoogleAccount.objects.exists()


def test_a_token_endpoint_that_is_down_is_told_in_a_sentence(
    browser: Client, tmp_path: Path, settings: Any
) -> None:
    client = Simulator().client_config([CALLBACK])["web"]
    client |= {"auth_uri": "http://127.0.0.1:1/auth", "token_uri": "http://127.0.0.1:1/token"}
    settings.GOOGLE_CREDENTIALS_FILE = client_file(tmp_path, client)
    state = parse_qs(urlsplit(start(browser)).query)["state"][0]
    response = browser.get(f"{CALLBACK}?{urlencode({'code': 'c', 'state': state})}")
    assert response.status_code == 400
    assert "Google cannot be reached now" in response.text


def test_a_grant_without_a_refresh_token_is_refused_with_a_sentence(
    browser: Client, google: Simulator
) -> None:
    browser.get(consent(start(browser)))
    # Without prompt=consent Google leaves the refresh token out the second time.
    address = start(browser).replace("prompt=consent", "prompt=select_account")
    response = browser.get(consent(address))
    assert response.status_code == 400
    assert "Google gave no lasting permission" in response.text


def test_an_account_is_connected_without_its_address_while_the_api_is_out_of_reach(
    browser: Client, google: Simulator, settings: Any
) -> None:
    settings.GOOGLE_API_ENDPOINT = "http://127.0.0.1:1/calendar/v3/"
    response = browser.get(consent(start(browser)), follow=True)
    assert "Your Google account is connected." in response.text
    assert GoogleAccount.objects.get().email == ""


def client_file(folder: Path, client: Any) -> str:
    path = folder / "client.json"
    path.write_text(json.dumps({"web": client}))
    return str(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"auth_uri": "http://accounts.example/auth"},
        {"token_uri": "http://192.0.2.1/token"},
        {"token_uri": "ftp://127.0.0.1/token"},
        {"token_uri": "http://localhost.evil.example/token"},
    ],
)
def test_plain_http_is_refused_beyond_this_machine(
    browser: Client, tmp_path: Path, settings: Any, changes: dict[str, str]
) -> None:
    client = Simulator().client_config([CALLBACK])["web"]
    settings.GOOGLE_CREDENTIALS_FILE = client_file(tmp_path, {**client, **changes})
    response = browser.get(CONNECT)
    assert response.status_code == 400
    assert "needs https" in response.text


def test_a_public_address_without_https_is_refused(
    browser: Client, google: Simulator, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "http://secretary.example/"
    assert "needs https" in browser.get(CONNECT).text


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"web": []}', '{"web": {"client_id": "c"}}'])
def test_a_client_file_that_is_none_is_told_in_a_sentence(
    browser: Client, tmp_path: Path, settings: Any, content: str
) -> None:
    path = tmp_path / "client.json"
    path.write_text(content)
    settings.GOOGLE_CREDENTIALS_FILE = str(path)
    response = browser.get(CONNECT)
    assert response.status_code == 400
    assert "the operator has to look at" in response.text
