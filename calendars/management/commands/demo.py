from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from secretary_project import demo, env, programs
from secretary_project.supervisor import StopRequestedError, Supervisor, SupervisorError

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Run a living calendar with a stand-in for Google: no Google, Redis or Docker needed."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ics", type=Path, metavar="FILE", help="calendar export to load as a further calendar"
        )

    def handle(self, *, ics: Path | None, **_: Any) -> None:
        web = settings.PORT
        google = env.whole_number("SIMULATOR_PORT", default=9009, least=1, most=65_535)
        if ics is not None and not ics.expanduser().is_file():
            raise CommandError(f"There is no file {ics}.")
        folder = settings.VAR_DIR / "demo"
        try:
            programs.need_free_ports({"PORT": web, "SIMULATOR_PORT": google})
            with demo.hold(folder), Supervisor(out=self.stdout, cwd=settings.BASE_DIR) as group:
                self._start(group, folder=folder, web=web, google=google, ics=ics)
                group.watch()
        except StopRequestedError:
            self.stdout.write("Stopped. The next demo goes on where this one ended.")
        except SupervisorError as error:
            raise CommandError(str(error)) from error

    def _start(
        self, group: Supervisor, *, folder: Path, web: int, google: int, ics: Path | None
    ) -> None:
        variables = demo.environment(
            inherited=os.environ, known=env.asked_for(), folder=folder, port=web, google=google
        )
        ics = ics.expanduser().resolve() if ics else None
        group.start(demo.simulator(folder=folder, port=google, ics=ics, env=variables))
        simulator_answers = partial(programs.answers, port=google, path="/control/client.json")
        group.wait_until(simulator_answers, what="The stand-in for Google", seconds=60)
        client = demo.client_file(port=google, web_port=web)
        (folder / demo.CLIENT_FILE).write_text(client, encoding="utf-8")
        migrate = ("migrate", "--no-input", "--verbosity", "0")
        group.run_once(programs.manage(*migrate, name="migrate", env=variables))
        group.run_once(programs.manage("seed_demo", name="seed", env=variables))
        group.start(programs.web(port=web, env=variables))
        group.start(programs.worker(env=variables))
        group.start(programs.beat(env=variables))
        web_answers = partial(programs.answers, port=web, path="/health")
        group.wait_until(web_answers, what="The web server", seconds=60)
        self.stdout.write(_welcome(web=web, google=google))


def _welcome(*, web: int, google: int) -> str:
    return (
        f"\nSecretary is at      http://127.0.0.1:{web}/\n"
        f"Log in as            {', '.join(demo.MEMBERS)} (or {demo.ADMIN}, for the admin at "
        f"/admin/)\n"
        f"Password             {demo.PASSWORD}\n"
        f"Play Google at       http://127.0.0.1:{google}/control/  "
        f"(switch it off, edit behind your back)\n"
        f"Synchronises every   {demo.SYNC_SECONDS} seconds and after each change\n"
        f"Stop with            Ctrl-C\n"
    )
