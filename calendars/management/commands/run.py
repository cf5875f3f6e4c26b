from __future__ import annotations

import os
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from secretary_project import programs
from secretary_project.supervisor import StopRequestedError, Supervisor, SupervisorError

_NO_CLIENT = (
    "GOOGLE_CREDENTIALS_FILE is not set, so nobody could connect a Google account.\n"
    "Copy .env.example to .env and name the OAuth client file from Google's console there; "
    "docs/configuration.md shows how to get one. To look around without Google: make demo"
)


class Command(BaseCommand):
    help = "Run web, worker and beat together on this machine, configured by .env."

    def handle(self, *_: Any, **__: Any) -> None:
        if settings.CALENDAR_ENABLED and not settings.GOOGLE_CREDENTIALS_FILE:
            raise CommandError(_NO_CLIENT)
        try:
            programs.need_free_ports({"PORT": settings.PORT})
            with Supervisor(out=self.stdout, cwd=settings.BASE_DIR) as group:
                self._start(group)
                group.watch()
        except StopRequestedError:
            self.stdout.write("Stopped.")
        except SupervisorError as error:
            raise CommandError(str(error)) from error

    def _start(self, group: Supervisor) -> None:
        collected = settings.STATIC_ROOT or settings.VAR_DIR / "static"
        variables = {**os.environ, "DJANGO_STATIC_ROOT": str(collected)}
        for name, *options in (("migrate",), ("collectstatic", "--clear")):
            step = (name, "--no-input", "--verbosity", "0", *options)
            group.run_once(programs.manage(*step, name=name, env=variables))
        group.start(programs.web(port=settings.PORT, env=variables))
        group.start(programs.worker(env=variables))
        group.start(programs.beat(env=variables))
        web_answers = partial(programs.answers, port=settings.PORT, path="/health")
        group.wait_until(web_answers, what="The web server", seconds=60)
        self.stdout.write(
            f"\nSecretary is at http://127.0.0.1:{settings.PORT}/ and open to its members at "
            f"{settings.PUBLIC_BASE_URL}\nThe first member: .venv/bin/python manage.py "
            "createsuperuser\nStop with Ctrl-C\n"
        )
