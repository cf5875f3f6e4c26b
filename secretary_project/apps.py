from __future__ import annotations

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "secretary_project"

    def ready(self) -> None:
        from secretary_project import checks  # noqa: F401 - registers itself
