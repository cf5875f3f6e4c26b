"""``python -m secretary_project.healthcheck web|worker``: exit code 0 if this container works."""

from __future__ import annotations

import http.client
import os
import socket
import sys

from secretary_project.celery import app

_PORT = 8000


def web() -> bool:
    """The web server says that it is well, under a name that it goes by."""
    host = os.environ.get("DJANGO_ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*")
    connection = http.client.HTTPConnection("127.0.0.1", _PORT, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": host or "127.0.0.1"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """The worker of this container answers a ping through the broker."""
    name = f"celery@{socket.gethostname()}"
    return bool(app.control.ping(destination=[name], timeout=5))


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker}[sys.argv[1]]() else 1)
