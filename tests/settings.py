"""The settings of a test run: the product's own, apart from this machine's configuration.

Nothing is read from ``.env`` or from exported variables except ``DATABASE_URL``, so that a test
never meets real data; files go to a folder of their own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_OURS = ("CALENDAR_", "DJANGO_", "EMAIL_", "GOOGLE_", "PORT", "PUBLIC_BASE_URL", "REDIS_URL")
for _name in [name for name in os.environ if name.startswith((*_OURS, "TOKEN_ENCRYPTION_KEYS"))]:
    if _name != "DJANGO_SETTINGS_MODULE":
        del os.environ[_name]
os.environ["SECRETARY_ENV_FILE"] = os.devnull
os.environ["SECRETARY_VAR_DIR"] = tempfile.mkdtemp(prefix="secretary-test-")
atexit.register(shutil.rmtree, os.environ["SECRETARY_VAR_DIR"], ignore_errors=True)

from secretary_project.settings import *  # noqa: E402, F403
from secretary_project.settings import DATABASES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.01}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in real life: threads that share a database in memory do not wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}

# Each client of a test sets the middleware up anew: looking for a static file once it is asked for
# is quicker than collecting all of them each time.
WHITENOISE_AUTOREFRESH = True
