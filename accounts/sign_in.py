"""Logging in and out, and passwords: Django's own views, made slow for guessers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import login_limit
from accounts.forms import PasswordResetForm

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


class LoginView(auth_views.LoginView):
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        username = request.POST.get("username", "")
        wait = login_limit.wait_before_try(
            username=username, address=_address(request), now=timezone.now()
        )
        if wait is not None:
            form = self.get_form_class()(request, initial={"username": username})
            return _too_many_tries(self, form, wait)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        login_limit.forget_tries(
            username=self.request.POST.get("username", ""),
            address=_address(self.request),
            now=timezone.now(),
        )
        return super().form_valid(form)

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """Never this page itself: Django answers that with an error for who is logged in."""
        address = super().get_redirect_url(*args, **kwargs)
        return "" if address.partition("?")[0] == self.request.path else address


class LogoutView(auth_views.LogoutView):
    """The browser forgets the pages, so that its Back button shows them to nobody who comes next.

    Where they are kept as they were, it would not even ask for them.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


class PasswordChangeView(auth_views.PasswordChangeView):
    """Who has found a browser that is logged in must not try passwords here instead.

    Tries count like those of a login; a new password that is refused is none.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if wait := login_limit.wait_before_try(**self._who(), now=timezone.now()):
            blank: Any = self.get_form_class()
            return _too_many_tries(self, blank(request.user), wait)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        login_limit.forget_tries(**self._who(), now=timezone.now())
        return super().form_valid(form)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        if "old_password" not in form.errors:
            login_limit.forget_tries(**self._who(), now=timezone.now())
        return super().form_invalid(form)

    def _who(self) -> dict[str, str]:
        return {"username": self.request.user.get_username(), "address": _address(self.request)}


class PasswordResetView(auth_views.PasswordResetView):
    """Answers alike whether or not the address belongs to a login."""

    form_class = PasswordResetForm
    extra_email_context = {"base_url": settings.PUBLIC_BASE_URL.rstrip("/")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = login_limit.wait_before_try(
            username="password reset", address=_address(request), now=timezone.now()
        )
        if wait is not None:
            return _too_many_tries(self, self.get_form_class()(), wait)
        return super().post(request, *args, **kwargs)


def admin_login(request: HttpRequest) -> HttpResponseBase:
    """The admin has no login of its own, for that would be one without a limit."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    target = request.GET.get("next") or reverse("admin:index")
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': target})}")


def _too_many_tries(view: Any, form: Any, wait: dt.timedelta) -> HttpResponse:
    context = view.get_context_data(form=form, wait_minutes=login_limit.minutes(wait))
    response: HttpResponse = view.render_to_response(context, status=429)
    response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
