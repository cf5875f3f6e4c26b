"""Whether the side bar is folded away: a matter of the browser, not of the member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from calendars.web.edge import MemberRequest, member_page
from calendars.web.views.after import back_url

if TYPE_CHECKING:
    from django.http import HttpResponse

FOLDED: Final = "side_folded"
_YEAR: Final = 365 * 24 * 3600


@require_POST
@member_page
def fold(request: MemberRequest) -> HttpResponse:
    """Remember it in a cookie, so that the next page comes as it is to be and nothing jumps.

    Scripts write the same cookie themselves (``static/js/side.js``), so they may see it.
    """
    response = redirect(back_url(request))
    if request.POST.get("side") == "folded":
        response.set_cookie(
            FOLDED,
            "yes",
            max_age=_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    else:
        response.delete_cookie(FOLDED, samesite="Lax")
    return response
