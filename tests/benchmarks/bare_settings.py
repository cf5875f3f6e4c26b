"""Settings of the bare processes that the product's memory is compared with: no apps, no views."""

from __future__ import annotations

SECRET_KEY = "bare"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.benchmarks.bare_settings"
urlpatterns: list[object] = []
