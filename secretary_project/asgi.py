"""ASGI entry point."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secretary_project.settings")
django.setup(set_prefix=False)

from secretary_project.asgi_handler import OneStepHandler  # noqa: E402 - settings come first

application = OneStepHandler()
