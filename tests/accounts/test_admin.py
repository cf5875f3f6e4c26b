from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts import commands
from accounts.models import AccountStatus, ApiToken, GoogleAccount, Member
from accounts.queries import digest_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

MODELS = ["member", "googleaccount", "apitoken"]
SECRET = "secretary_example"


@pytest.fixture
def account(alice: Member, now: dt.datetime) -> GoogleAccount:
    return commands.connect_account(
        member=alice,
        credentials={"refresh_token": "refresh-secret"},
        email="alice@example.test",
        granted_scopes=["https://www.googleapis.com/auth/calendar.events"],
        now=now,
    )


@pytest.fixture
def token(alice: Member, now: dt.datetime) -> ApiToken:
    token, _ = commands.create_token(
        member=alice, name="laptop", scope="read", now=now, secret=SECRET
    )
    return token


def staff(member: Member, permissions: Iterable[str] = ()) -> Client:
    member.is_staff = True
    member.save()
    member.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def operator(bob: Member) -> Client:
    bob.is_superuser = True
    return staff(bob)


def run_action(client: Client, model: str, action: str, *rows: Any) -> str:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(f"/admin/accounts/{model}/", data, follow=True).text


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_a_permission_see_nothing(
    bob: Member, account: GoogleAccount, token: ApiToken, model: str
) -> None:
    client = staff(bob)
    assert f"/admin/accounts/{model}/" not in client.get("/admin/").text
    assert client.get(f"/admin/accounts/{model}/").status_code == 403
    row = {"member": account.member, "googleaccount": account, "apitoken": token}[model]
    assert client.get(f"/admin/accounts/{model}/{row.pk}/change/").status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_members_who_are_not_staff_have_no_admin(charlie: Member, model: str) -> None:
    client = Client()
    client.force_login(charlie)
    assert client.get(f"/admin/accounts/{model}/", follow=True).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_an_operator_can_list_search_and_open(
    operator: Client, account: GoogleAccount, token: ApiToken, model: str
) -> None:
    page = operator.get(f"/admin/accounts/{model}/", {"q": "alice"})
    assert page.status_code == 200
    row = {"member": account.member, "googleaccount": account, "apitoken": token}[model]
    assert f"/admin/accounts/{model}/{row.pk}/change/" in page.text
    assert operator.get(f"/admin/accounts/{model}/{row.pk}/change/").status_code == 200


def test_credentials_are_never_shown(operator: Client, account: GoogleAccount) -> None:
    account.refresh_from_db()
    for page in ("/admin/accounts/googleaccount/", f"/admin/accounts/googleaccount/{account.pk}/"):
        text = operator.get(page, follow=True).text
        assert "alice@example.test" in text
        assert "refresh-secret" not in text
        assert account.credentials not in text


def test_an_account_shows_what_it_may_not_do(operator: Client, account: GoogleAccount) -> None:
    text = operator.get(f"/admin/accounts/googleaccount/{account.pk}/change/").text
    assert "may not see which calendars you have" in text


def test_the_digest_of_a_token_is_never_shown(operator: Client, token: ApiToken) -> None:
    for page in ("/admin/accounts/apitoken/", f"/admin/accounts/apitoken/{token.pk}/change/"):
        text = operator.get(page).text
        assert "laptop" in text
        assert digest_of(SECRET) not in text


@pytest.mark.parametrize(
    "asked",
    [
        "googleaccount/?credentials__startswith=g",
        "apitoken/?digest__startswith=0",
        "member/?password__startswith=m",
    ],
)
def test_no_filter_tells_a_secret_letter_by_letter(
    operator: Client, account: GoogleAccount, token: ApiToken, asked: str
) -> None:
    assert operator.get(f"/admin/accounts/{asked}").status_code == 400


@pytest.mark.parametrize("model", ["googleaccount", "apitoken"])
def test_accounts_and_tokens_are_not_made_in_the_admin(operator: Client, model: str) -> None:
    assert operator.get(f"/admin/accounts/{model}/add/").status_code == 403


def test_an_operator_asks_a_member_to_reconnect(
    operator: Client, account: GoogleAccount, mailoutbox: list[Any]
) -> None:
    commands.mark_reconnect(account_id=account.pk, reason="The grant was revoked.")
    text = run_action(operator, "googleaccount", "ask_to_reconnect", account)
    assert "Sent alice a mail about alice@example.test." in text
    assert mailoutbox[0].to == ["alice@example.test"]
    assert "The grant was revoked." in mailoutbox[0].body
    assert "http://127.0.0.1:8000/settings/accounts/" in mailoutbox[0].body


def test_a_connected_account_gets_no_mail(
    operator: Client, account: GoogleAccount, mailoutbox: list[Any]
) -> None:
    text = run_action(operator, "googleaccount", "ask_to_reconnect", account)
    assert "No mail about alice@example.test: it is connected." in text
    assert mailoutbox == []


def test_a_mail_that_cannot_be_sent_is_told(
    operator: Client, alice: Member, account: GoogleAccount, settings: Any
) -> None:
    commands.mark_reconnect(account_id=account.pk, reason="revoked")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    text = run_action(operator, "googleaccount", "ask_to_reconnect", account)
    assert "The mail server did not take the mail to alice" in text
    Member.objects.filter(pk=alice.pk).update(email="")
    text = run_action(operator, "googleaccount", "ask_to_reconnect", account)
    assert "No mail to alice: no address is known." in text


def test_an_operator_revokes_a_token(operator: Client, token: ApiToken) -> None:
    assert "Revoked: laptop." in run_action(operator, "apitoken", "revoke", token)
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize(
    ("model", "action"), [("googleaccount", "ask_to_reconnect"), ("apitoken", "revoke")]
)
def test_staff_who_may_only_look_cannot_act(
    bob: Member,
    account: GoogleAccount,
    token: ApiToken,
    mailoutbox: list[Any],
    model: str,
    action: str,
) -> None:
    GoogleAccount.objects.update(status=AccountStatus.RECONNECT)
    client = staff(bob, [f"view_{model}"])
    run_action(client, model, action, account if model == "googleaccount" else token)
    token.refresh_from_db()
    assert token.revoked_at is None
    assert mailoutbox == []


def test_an_operator_makes_and_changes_a_member(operator: Client) -> None:
    data = {"username": "dora", "usable_password": "true"}
    data |= {"password1": "a-long-passphrase", "password2": "a-long-passphrase"}
    assert operator.post("/admin/accounts/member/add/", data).status_code == 302
    dora = Member.objects.get(username="dora")
    page = operator.get(f"/admin/accounts/member/{dora.pk}/change/")
    values = page.context["adminform"].form.initial
    form = {name: value for name, value in values.items() if value not in (None, "")}
    form |= {
        "time_zone": "Asia/Tokyo",
        "working_days": ["5", "6"],
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
    }
    response = operator.post(f"/admin/accounts/member/{dora.pk}/change/", form)
    assert response.status_code == 302, response.context["errors"]
    dora.refresh_from_db()
    assert (dora.time_zone, dora.working_days) == ("Asia/Tokyo", [5, 6])


def test_staff_who_may_change_members_cannot_make_themselves_superusers(bob: Member) -> None:
    client = staff(bob, ["view_member", "change_member"])
    page = client.get(f"/admin/accounts/member/{bob.pk}/change/")
    assert 'name="is_superuser"' not in page.text
    assert 'name="is_active"' in page.text
    client.post(f"/admin/accounts/member/{bob.pk}/change/", {"is_superuser": "on"})
    bob.refresh_from_db()
    assert not bob.is_superuser


@pytest.mark.parametrize("power", ["is_superuser", "is_staff"])
def test_staff_cannot_take_over_whoever_has_powers_of_their_own(
    alice: Member, bob: Member, power: str
) -> None:
    setattr(alice, power, True)
    alice.save()
    client = staff(bob, ["view_member", "change_member", "delete_member"])
    assert client.get(f"/admin/accounts/member/{alice.pk}/password/").status_code == 403
    assert client.get(f"/admin/accounts/member/{alice.pk}/delete/").status_code == 403
    client.post(f"/admin/accounts/member/{alice.pk}/change/", {"email": "bob@example.test"})
    alice.refresh_from_db()
    assert alice.email == "alice@example.test"


def test_staff_set_the_password_of_members_and_their_own(alice: Member, bob: Member) -> None:
    client = staff(bob, ["view_member", "change_member"])
    for member in (alice, bob):
        assert client.get(f"/admin/accounts/member/{member.pk}/password/").status_code == 200
