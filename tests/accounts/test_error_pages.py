from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import Member


def test_a_page_that_does_not_exist_looks_like_the_others(client: Client, alice: Member) -> None:
    client.force_login(alice)
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "Nothing here" in response.text
    assert "Log out" in response.text


def test_a_host_that_is_not_ours_is_refused(client: Client, db: None) -> None:
    response = client.get("/login/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "This request makes no sense" in response.text


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_need_neither_request_nor_database(name: str) -> None:
    assert "</html>" in render_to_string(name)
