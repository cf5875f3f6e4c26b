from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from accounts import commands
from accounts.models import ApiToken, GoogleAccount, Member
from accounts.queries import token_by_secret
from accounts.scopes import REQUIRED_SCOPES

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ["/settings/profile/", "/settings/accounts/", "/settings/tokens/", "/password/"]
PROFILE = {
    "time_zone": "Asia/Kathmandu",
    "week_start": "6",
    "working_days": ["0", "2"],
    "working_day_start": "08:30",
    "working_day_end": "16:00",
    "second_time_zone": "America/New_York",
    "hour_format": "12",
    "default_view": "month",
    "default_duration": "30",
}


@pytest.fixture
def account(alice: Member, now: dt.datetime) -> GoogleAccount:
    return commands.connect_account(
        member=alice,
        credentials={"refresh_token": "refresh"},
        email="alice@example.test",
        granted_scopes=REQUIRED_SCOPES,
        now=now,
    )


@pytest.fixture
def token(alice: Member, now: dt.datetime) -> ApiToken:
    token, _ = commands.create_token(
        member=alice, name="laptop", scope="read", now=now, secret="secretary_example"
    )
    return token


@pytest.fixture
def client_file(tmp_path: Path, settings: Any) -> None:
    content = {
        "client_id": "c",
        "client_secret": "s",
        "auth_uri": "https://accounts.example/auth",
        "token_uri": "https://accounts.example/token",
    }
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"web": content}))
    settings.GOOGLE_CREDENTIALS_FILE = str(path)


def as_member(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.mark.parametrize("page", [*PAGES, "/settings/"])
def test_settings_ask_for_a_login(client: Client, db: None, page: str) -> None:
    response = client.get(page, follow=True)
    assert response.redirect_chain[-1][0].startswith("/login/?next=/")


@pytest.mark.parametrize("page", PAGES)
def test_settings_pages_need_no_script_and_no_inline_style(alice: Member, page: str) -> None:
    response = as_member(alice).get(page)
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "<style" not in response.text
    assert " style=" not in response.text
    assert "<script>" not in response.text


def test_the_menu_offers_the_admin_to_staff_only(alice: Member, bob: Member) -> None:
    bob.is_staff = True
    bob.save()
    assert 'href="/admin/"' not in as_member(alice).get("/settings/profile/").text
    assert 'href="/admin/"' in as_member(bob).get("/settings/profile/").text


def test_a_member_saves_the_profile(alice: Member) -> None:
    response = as_member(alice).post("/settings/profile/", PROFILE, follow=True)
    assert "Your profile is saved." in response.text
    alice.refresh_from_db()
    assert (alice.time_zone, alice.week_start) == ("Asia/Kathmandu", 6)
    assert alice.working_days == [0, 2]
    assert (alice.working_day_start, alice.working_day_end) == (dt.time(8, 30), dt.time(16))
    assert (alice.second_time_zone, alice.hour_format) == ("America/New_York", "12")
    assert (alice.default_view, alice.default_duration) == ("month", 30)


def test_a_member_needs_no_second_zone_and_no_view_of_choice(alice: Member) -> None:
    as_member(alice).post(
        "/settings/profile/", {**PROFILE, "second_time_zone": "", "default_view": ""}
    )
    alice.refresh_from_db()
    assert (alice.second_time_zone, alice.second_zone, alice.default_view) == ("", None, "")


def test_a_member_takes_the_zone_that_the_browser_is_in(alice: Member) -> None:
    answer = as_member(alice).post(
        "/settings/time-zone/", {"time_zone": "Europe/Lisbon", "next": "/calendar/problems/"}
    )
    assert answer.headers["Location"] == "/calendar/problems/"
    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Lisbon"


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test/", "", "javascript:x"])
def test_a_zone_that_there_is_not_changes_nothing_and_no_form_leads_away(
    alice: Member, back: str
) -> None:
    data = {"time_zone": "Mars/Olympus", "next": back}
    answer = as_member(alice).post("/settings/time-zone/", data)
    assert answer.headers["Location"] == "/settings/profile/"
    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Berlin"


def test_a_member_may_have_no_working_days(alice: Member) -> None:
    as_member(alice).post("/settings/profile/", {**PROFILE, "working_days": []})
    alice.refresh_from_db()
    assert alice.working_days == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "is not a time zone"),
        ({"time_zone": "../../etc/passwd"}, "is not a time zone"),
        ({"time_zone": "\x00"}, "Null characters are not allowed"),
        ({"week_start": "3"}, "not one of the available choices"),
        ({"working_days": ["7"]}, "not one of the available choices"),
        ({"working_day_end": "08:30"}, "The working day ends after it starts."),
        ({"working_day_start": "x"}, "Write a time such as 9:30, 930 or 9 pm."),
        ({"working_day_end": ""}, "This field is required."),
        ({"second_time_zone": "Mars/Olympus"}, "is not a time zone"),
        ({"second_time_zone": "Asia/Kathmandu"}, "This is your first zone already."),
        ({"hour_format": "13"}, "not one of the available choices"),
        ({"default_view": "year"}, "not one of the available choices"),
        ({"default_duration": "0"}, "not one of the available choices"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_with_a_sentence(
    alice: Member, changes: dict[str, Any], sentence: str
) -> None:
    response = as_member(alice).post("/settings/profile/", {**PROFILE, **changes})
    assert response.status_code == 200
    assert sentence in response.text
    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Berlin"


def test_saving_the_profile_leaves_other_columns_alone(alice: Member) -> None:
    data = {**PROFILE, "is_superuser": "on", "username": "root"}
    as_member(alice).post("/settings/profile/", data)
    alice.refresh_from_db()
    assert (alice.username, alice.is_superuser) == ("alice", False)


def test_accounts_show_their_owner_the_state_and_nobody_else(
    alice: Member, bob: Member, charlie: Member, account: GoogleAccount
) -> None:
    assert "alice@example.test" in as_member(alice).get("/settings/accounts/").text
    for other in (bob, charlie):
        assert "alice@example.test" not in as_member(other).get("/settings/accounts/").text


def test_an_account_to_reconnect_says_why_and_how(
    alice: Member, account: GoogleAccount, client_file: None
) -> None:
    commands.mark_reconnect(account_id=account.pk, reason="The grant was revoked.")
    text = as_member(alice).get("/settings/accounts/").text
    assert "The grant was revoked." in text
    assert "/settings/accounts/connect/?address=alice%40example.test" in text


def test_a_missing_permission_is_explained_in_words(
    alice: Member, account: GoogleAccount, client_file: None
) -> None:
    account.scopes = [scope for scope in REQUIRED_SCOPES if "freebusy" not in scope]
    account.save()
    text = as_member(alice).get("/settings/accounts/").text
    assert "may not ask when other people are busy" in text
    assert "may not see and edit events" not in text


def test_without_a_client_file_the_page_says_what_the_operator_has_to_do(
    alice: Member, settings: Any
) -> None:
    settings.GOOGLE_CREDENTIALS_FILE = ""
    assert "GOOGLE_CREDENTIALS_FILE" in as_member(alice).get("/settings/accounts/").text
    response = as_member(alice).get("/settings/accounts/connect/")
    assert response.status_code == 400
    assert "not registered with Google yet" in response.text


def test_disconnecting_asks_first(alice: Member, account: GoogleAccount) -> None:
    response = as_member(alice).get(f"/settings/accounts/{account.pk}/disconnect/")
    assert "Disconnect alice@example.test?" in response.text
    account.refresh_from_db()
    assert account.status == "connected"


@pytest.mark.parametrize(("choice", "left"), [("keep", ["disconnected"]), ("delete", [])])
def test_disconnecting_keeps_or_deletes_the_cache_as_chosen(
    alice: Member, account: GoogleAccount, choice: str, left: list[str]
) -> None:
    address = f"/settings/accounts/{account.pk}/disconnect/"
    response = as_member(alice).post(address, {"cache": choice}, follow=True)
    assert "alice@example.test is disconnected." in response.text
    assert [row.status for row in GoogleAccount.objects.all()] == left


def test_disconnecting_without_a_known_choice_changes_nothing(
    alice: Member, account: GoogleAccount
) -> None:
    address = f"/settings/accounts/{account.pk}/disconnect/"
    assert as_member(alice).post(address, {"cache": "burn"}).status_code == 200
    account.refresh_from_db()
    assert account.status == "connected"


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_members_account_is_not_there(
    bob: Member, charlie: Member, account: GoogleAccount, method: str
) -> None:
    for other in (bob, charlie):
        call = getattr(as_member(other), method)
        response = call(f"/settings/accounts/{account.pk}/disconnect/", {"cache": "delete"})
        assert response.status_code == 404
        assert "Nothing here" in response.text
    assert GoogleAccount.objects.filter(pk=account.pk, status="connected").exists()


def test_an_id_beyond_the_database_is_not_there(alice: Member) -> None:
    assert as_member(alice).get(f"/settings/accounts/{10**30}/disconnect/").status_code == 404
    assert as_member(alice).post(f"/settings/tokens/{10**30}/revoke/").status_code == 404


def test_a_new_token_is_shown_once(alice: Member, now: dt.datetime) -> None:
    client = as_member(alice)
    response = client.post("/settings/tokens/", {"name": "laptop", "scope": "write"})
    secret = response.context["secret"]
    assert secret in response.text
    assert "no-store" in response.headers["Cache-Control"]
    token = token_by_secret(secret=secret, now=now)
    assert token is not None
    assert (token.member, token.scope, token.expires_at) == (alice, "write", None)
    assert secret not in client.get("/settings/tokens/").text


def test_a_token_lasts_to_the_end_of_its_last_day_in_the_members_zone(alice: Member) -> None:
    data = {"name": "laptop", "scope": "read", "last_day": "2090-07-01"}
    as_member(alice).post("/settings/tokens/", data)
    expiry = ApiToken.objects.get().expires_at
    assert expiry is not None
    assert expiry.isoformat() == "2090-07-01T22:00:00+00:00"  # midnight in Berlin


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "\x00"},
        {"scope": "admin"},
        {"scope": ""},
        {"last_day": "2020-01-01"},
        {"last_day": "9999-12-31"},
        {"last_day": "soon"},
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(alice: Member, changes: dict[str, str]) -> None:
    data = {"name": "laptop", "scope": "read", **changes}
    response = as_member(alice).post("/settings/tokens/", data)
    assert response.status_code == 200
    assert "errorlist" in response.text
    assert not ApiToken.objects.exists()


def test_a_member_revokes_a_token(alice: Member, token: ApiToken, now: dt.datetime) -> None:
    response = as_member(alice).post(f"/settings/tokens/{token.pk}/revoke/", follow=True)
    assert "The token laptop does not work any more." in response.text
    assert token_by_secret(secret="secretary_example", now=now) is None


def test_another_members_token_is_not_there(
    bob: Member, charlie: Member, token: ApiToken, now: dt.datetime
) -> None:
    for other in (bob, charlie):
        assert "You have no tokens." in as_member(other).get("/settings/tokens/").text
        assert as_member(other).post(f"/settings/tokens/{token.pk}/revoke/").status_code == 404
    assert token_by_secret(secret="secretary_example", now=now) is not None


def test_a_link_cannot_revoke_a_token(alice: Member, token: ApiToken) -> None:
    assert as_member(alice).get(f"/settings/tokens/{token.pk}/revoke/").status_code == 405


def test_a_form_of_another_site_is_refused(alice: Member, token: ApiToken) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post(f"/settings/tokens/{token.pk}/revoke/")
    assert response.status_code == 403
    assert "This form is out of date" in response.text
