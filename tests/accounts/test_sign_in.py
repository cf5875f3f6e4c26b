from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from accounts import forms
from accounts.login_limit import TRIES_PER_USERNAME

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from accounts.models import Member

PASSWORD = "a-long-passphrase"
NEW_PASSWORD = "another-long-passphrase"


@pytest.fixture(autouse=True)
def mail_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "in_background", lambda work: work())


def log_in(client: Client, password: str = PASSWORD, **values: str) -> Response:
    data = {"username": "alice", "password": password, "next": "/settings/profile/", **values}
    return client.post("/login/", data)


def test_a_member_logs_in_and_goes_where_they_wanted(client: Client, alice: Member) -> None:
    response = client.get("/settings/profile/")
    assert response.headers["Location"] == "/login/?next=/settings/profile/"
    response = log_in(client)
    assert (response.status_code, response.headers["Location"]) == (302, "/settings/profile/")
    assert client.get("/settings/profile/").status_code == 200


def test_a_wrong_password_is_refused_with_a_sentence(client: Client, alice: Member) -> None:
    response = log_in(client, "wrong")
    assert response.status_code == 200
    assert "Please enter a correct username and password" in response.text


def test_login_never_leads_to_another_site(client: Client, alice: Member) -> None:
    response = log_in(client, next="https://evil.example/")
    assert "evil" not in response.headers["Location"]


def test_who_is_logged_in_and_asks_to_be_led_to_the_login_page_gets_no_error(
    client: Client, alice: Member
) -> None:
    client.force_login(alice)
    assert client.get("/login/?next=/login/").status_code == 302


def test_too_many_wrong_passwords_have_to_wait(client: Client, alice: Member) -> None:
    for _ in range(TRIES_PER_USERNAME):
        assert log_in(client, "wrong").status_code == 200
    response = log_in(client)
    assert response.status_code == 429
    assert re.search(r"Too many tries\. Try again in \d+ minutes?\.", response.text)
    assert 0 < int(response.headers["Retry-After"]) <= 901
    assert "sessionid" not in client.cookies


def test_a_right_password_resets_the_count(client: Client, alice: Member) -> None:
    for _ in range(3):
        for _ in range(TRIES_PER_USERNAME - 1):
            log_in(client, "wrong")
        assert log_in(client).status_code == 302
        client.logout()


def test_a_member_logs_out_by_a_form_only(client: Client, alice: Member) -> None:
    client.force_login(alice)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/settings/profile/").status_code == 302


@pytest.mark.parametrize("address", ["/logout/", "/admin/logout/"])
def test_who_logs_out_leaves_no_page_behind_the_back_button(
    client: Client, alice: Member, address: str
) -> None:
    client.force_login(alice)
    response = client.post(address)
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert (response.headers["Location"], "_auth_user_id" in client.session) == ("/login/", False)


def test_the_admin_has_no_login_form_of_its_own(client: Client, alice: Member) -> None:
    response = client.get("/admin/login/?next=/admin/accounts/")
    assert response.headers["Location"] == "/login/?next=%2Fadmin%2Faccounts%2F"
    assert client.post("/admin/login/", {"username": "alice"}).status_code == 302


def test_a_member_who_is_not_staff_is_told_so_by_the_admin(client: Client, alice: Member) -> None:
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_member_changes_the_password(client: Client, alice: Member) -> None:
    client.force_login(alice)
    data = {
        "old_password": PASSWORD,
        "new_password1": NEW_PASSWORD,
        "new_password2": NEW_PASSWORD,
    }
    response = client.post("/password/", data, follow=True)
    assert "Password changed" in response.text
    assert 'href="/settings/tokens/"' in response.text.partition("Programs are not")[2]
    client.logout()
    assert log_in(client, NEW_PASSWORD).status_code == 302


def change_password(client: Client, old: str, new: str = NEW_PASSWORD) -> Response:
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/password/", data)


def test_who_found_a_browser_logged_in_cannot_try_passwords_there(
    client: Client, alice: Member
) -> None:
    client.force_login(alice)
    for _ in range(TRIES_PER_USERNAME):
        assert change_password(client, "wrong").status_code == 200
    response = change_password(client, PASSWORD)
    assert (response.status_code, "Too many tries" in response.text) == (429, True)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_new_password_that_is_refused_is_no_try(client: Client, alice: Member) -> None:
    client.force_login(alice)
    for _ in range(TRIES_PER_USERNAME + 1):
        assert change_password(client, PASSWORD, new="short").status_code == 200
    assert change_password(client, PASSWORD).status_code == 302


def test_the_admin_has_no_page_for_passwords_of_its_own(client: Client, alice: Member) -> None:
    assert client.get("/admin/password_change/").headers["Location"] == "/password/"


def test_a_member_resets_a_forgotten_password(
    client: Client, alice: Member, mailoutbox: list[Any], settings: Any
) -> None:
    response = client.post("/password/reset/", {"email": alice.email}, follow=True)
    assert "Look into your mail" in response.text
    link = re.search(r"^http://127\.0\.0\.1:8000(/password/reset/\S+)$", mailoutbox[0].body, re.M)
    assert link is not None
    page = client.get(link[1], follow=True)
    assert "Choose a new password" in page.text
    data = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    response = client.post(page.redirect_chain[-1][0], data, follow=True)
    assert "You can log in with your new password" in response.text
    assert "look at the API tokens" in response.text
    assert "This link does not work any more" in client.get(link[1], follow=True).text
    assert log_in(client, NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize("state", ["unknown", "inactive", "known"])
def test_a_reset_does_not_tell_whether_an_address_exists(
    client: Client, alice: Member, mailoutbox: list[Any], state: str
) -> None:
    alice.is_active = state != "inactive"
    alice.save()
    address = "nobody@example.test" if state == "unknown" else alice.email
    response = client.post("/password/reset/", {"email": address})
    assert (response.status_code, response.headers["Location"]) == (302, "/password/reset/sent/")
    assert len(mailoutbox) == (state == "known")


def test_a_reset_does_not_wait_for_the_mail(
    client: Client, alice: Member, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Any] = []
    monkeypatch.setattr(forms, "in_background", later.append)
    assert client.post("/password/reset/", {"email": alice.email}).status_code == 302
    assert mailoutbox == []
    later[0]()
    assert len(mailoutbox) == 1


def test_a_mail_server_that_fails_does_not_show(
    client: Client, alice: Member, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert client.post("/password/reset/", {"email": alice.email}).status_code == 302


def test_resets_are_limited_alike_for_known_and_unknown_addresses(
    client: Client, alice: Member, mailoutbox: list[Any]
) -> None:
    for _ in range(TRIES_PER_USERNAME):
        client.post("/password/reset/", {"email": "nobody@example.test"})
    response = client.post("/password/reset/", {"email": alice.email})
    assert response.status_code == 429
    assert "Too many tries" in response.text
    assert mailoutbox == []


@pytest.mark.parametrize(
    "name", ["login", "password_reset", "password_reset_done", "password_reset_complete"]
)
def test_pages_before_the_login_need_no_member(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_hostile_login_input_is_refused_without_an_error(client: Client, alice: Member) -> None:
    for username in (
        "\x00",
        "a" * 100_000,
        "\N{FULLWIDTH LATIN SMALL LETTER A}",
        "",
        "' OR 1=1 --",
    ):
        assert log_in(client, username=username).status_code in (200, 429)
