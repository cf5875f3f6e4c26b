from __future__ import annotations

from django.contrib.auth import views as auth_views
from django.urls import path
from django.views.generic import RedirectView

from accounts import sign_in, views

urlpatterns = [
    path("login/", sign_in.LoginView.as_view(), name="login"),
    path("logout/", sign_in.LogoutView.as_view(), name="logout"),
    # The admin has pages of its own for these, without what ours do.
    path("admin/login/", sign_in.admin_login),
    path("admin/logout/", sign_in.LogoutView.as_view()),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password_change")),
    path("password/", sign_in.PasswordChangeView.as_view(), name="password_change"),
    path(
        "password/changed/",
        auth_views.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path("password/reset/", sign_in.PasswordResetView.as_view(), name="password_reset"),
    path(
        "password/reset/sent/",
        auth_views.PasswordResetDoneView.as_view(),
        name="password_reset_done",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        auth_views.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "password/reset/complete/",
        auth_views.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    path("settings/", RedirectView.as_view(pattern_name="settings-profile"), name="settings"),
    path("settings/time-zone/", views.time_zone, name="settings-time-zone"),
    path("settings/accounts/connect/", views.connect, name="settings-account-connect"),
    path("settings/accounts/connected/", views.connected, name="settings-account-connected"),
    path("settings/tokens/", views.tokens, name="settings-tokens"),
    path(
        "settings/tokens/<int:token_id>/revoke/", views.revoke_token, name="settings-token-revoke"
    ),
]
