"""The OpenAPI document, the Swagger page, and the answer to a route that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView

from calendars.api.errors import ApiError, ErrorCode, answer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from rest_framework.request import Request
    from rest_framework.response import Response

# Swagger UI sets styles from its script and draws its icons from data: addresses.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class SwaggerPage(SpectacularSwaggerSplitView):
    """The page to try the API in a browser; all of it comes from this server."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response.headers["Content-Security-Policy"] = _POLICY
        return response


@csrf_exempt
def unknown_route(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return answer_of(ApiError(ErrorCode.NOT_FOUND, "There is no such route; see /api/docs/."))
