"""The web's edge: who asks, and what a domain error becomes, in one place."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, push_url, reswap, retarget

from accounts.models import Member
from calendars.errors import (
    AlreadyDeletedError,
    CalendarError,
    NotFoundError,
    NotWritableError,
    SwitchedOffError,
    WrongStateError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http.response import HttpResponseBase
    from django_htmx.middleware import HtmxDetails

P = ParamSpec("P")
T = TypeVar("T")

_STATUS: Final[dict[type[CalendarError], int]] = {
    NotFoundError: 404,
    NotWritableError: 403,
    WrongStateError: 409,
    SwitchedOffError: 409,
    AlreadyDeletedError: 410,
}
_FORM_FIELDS: Final = {
    "start": "start_date",
    "end": "end_date",
    "timezone": "time_zone",
    "attendees": "guests",
    "attendees_add": "guests",
    "attendees_remove": "guests",
    "color_id": "color",
    "colorId": "color",
    "recurrence": "repeat",
    "calendar_id": "calendar",
    "destination": "calendar",
    "notify": "tell",
}


DIALOG: Final = "dialog-body"
"""The element of a page that HTMX fills with what stands over it."""


class MemberRequest(HttpRequest):
    """A request of a member who is logged in."""

    user: Member
    htmx: HtmxDetails


def member_page(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view for members: others go to the login, domain errors become pages, caches stay out."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Member):
            return _to_login(request)
        response: HttpResponseBase
        try:
            response = view(cast("MemberRequest", request), *args, **kwargs)
        except CalendarError as error:
            response = _refused(cast("MemberRequest", request), error)
        patch_vary_headers(response, ["HX-Request"])
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", page)


def add_domain_error(form: forms.Form, error: CalendarError) -> None:
    """Show a domain error beside the fields it is about, or above the form."""
    placed = False
    for name, sentence in error.fields.items():
        field = _FORM_FIELDS.get(name, name)
        form.add_error(field if field in form.fields else None, sentence)
        placed = True
    if not placed:
        form.add_error(None, error.detail)


def carried_out(form: forms.Form, command: Callable[[], T]) -> T | None:
    """What a command of a valid form made; None where it refused, which the form then says."""
    try:
        return command()
    except CalendarError as error:
        add_domain_error(form, error)
        return None


def page_asking(request: MemberRequest) -> str:
    """The path of the page that HTMX asks from; empty where that is not said, or is no address."""
    try:
        return (request.htmx.current_url_abs_path if request.htmx else None) or ""
    except ValueError:  # anybody can send the header, with anything in it
        return ""


def into_dialog(request: MemberRequest, response: HttpResponse) -> HttpResponse:
    """Have HTMX put this answer into the dialog; the address stays that of the page below.

    What was asked for there is sent there without naming it: what is named is looked for from the
    element that asked, and in vain once a view that was drawn anew has taken its place.
    """
    if request.htmx.target != DIALOG or response.status_code >= HTTPStatus.BAD_REQUEST:
        retarget(response, f"#{DIALOG}")
    return push_url(reswap(response, "innerHTML"), False)


def _refused(request: MemberRequest, error: CalendarError) -> HttpResponse:
    """The page of a domain error; over the calendar it stands in the dialog."""
    if isinstance(error, NotFoundError) and not request.htmx:
        raise Http404(error.detail) from error
    template = "calendar/_refused.html" if request.htmx else "calendar/refused.html"
    status = _STATUS.get(type(error), 400)
    response = render(request, template, {"error": error}, status=status)
    return into_dialog(request, response) if request.htmx else response


def _to_login(request: HttpRequest) -> HttpResponse:
    """The login page, and afterwards back; a fragment is not asked for again, its page is."""
    asking = cast("MemberRequest", request)
    if not asking.htmx:
        return redirect_to_login(request.get_full_path())
    back = page_asking(asking) or "/"
    return HttpResponseClientRedirect(redirect_to_login(back).url)
