"""The OpenAPI document, the Swagger page, and the answer to a route that does not exist."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from calendars.api.errors import ApiError, ErrorCode, answer_of

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request
    from rest_framework.response import Response

# Swagger UI sets styles from its script and draws its icons from data: addresses.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class OpenApiDocument(SpectacularAPIView):
    """The document itself, which anybody may have."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        renderer: Any = request.accepted_renderer
        return HttpResponse(
            _printed(renderer.__class__),
            content_type=f"{renderer.media_type}; charset=utf-8",
            headers={"Content-Disposition": f'inline; filename="Secretary.{renderer.format}"'},
        )


@cache
def _printed(kind: type[BaseRenderer]) -> bytes:
    made: bytes | str = kind().render(_document(), renderer_context={})
    return made if isinstance(made, bytes) else made.encode()


@cache
def _document() -> Any:
    """Made once: it takes a third of a second of a processor, and needs no login to be asked for.

    It is the same for all, so nothing of a request gets into it.
    """
    generator: Any = OpenApiDocument.generator_class()
    return generator.get_schema(request=None, public=True)


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
