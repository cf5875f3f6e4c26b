"""All settings of Secretary, read from the environment and from ``.env``."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from accounts.encryption import new_key
from secretary_project import env
from secretary_project.local_secrets import kept_secret, private_folder

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_dotenv(BASE_DIR / env.text("SECRETARY_ENV_FILE", default=".env"))
VAR_DIR = private_folder(BASE_DIR / env.text("SECRETARY_VAR_DIR", default="var"))

# Web
DEBUG = env.flag("DJANGO_DEBUG", default=False)
SECRET_KEY = env.text("DJANGO_SECRET_KEY") or kept_secret(
    VAR_DIR / "django-secret-key", make=lambda: secrets.token_urlsafe(50)
)
PORT = env.whole_number("PORT", default=8000, least=1, most=65_535)
PUBLIC_BASE_URL = env.web_address("PUBLIC_BASE_URL", default=f"http://127.0.0.1:{PORT}/")
SERVED_OVER_TLS = PUBLIC_BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.words("DJANGO_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL.rstrip("/")]
ROOT_URLCONF = "secretary_project.urls"
ASGI_APPLICATION = "secretary_project.asgi.application"
WSGI_APPLICATION = "secretary_project.wsgi.application"

INSTALLED_APPS = [
    "secretary_project.apps.ProjectConfig",
    "accounts",
    "calendars",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_celery_beat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "secretary_project.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.MemberTimeZoneMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "calendars.web.bar.calendar_bar",
            ],
        },
    },
]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Without a folder for collected files they are served from where they lie: nothing to prepare.
_COLLECTED = env.text("DJANGO_STATIC_ROOT")
STATIC_ROOT = BASE_DIR / _COLLECTED if _COLLECTED else None
WHITENOISE_USE_FINDERS = not _COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "secretary_project.static_files.{}".format(
            "CollectedFiles" if _COLLECTED else "FilesWhereTheyLie"
        )
    },
}

# Safety. Cookies and redirects follow PUBLIC_BASE_URL: a member behind TLS gets all of it,
# a newcomer on http://127.0.0.1 can still log in.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_TLS
SECURE_SSL_REDIRECT = SERVED_OVER_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_OVER_TLS else None
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SERVED_OVER_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
TOKEN_ENCRYPTION_KEYS = env.words("TOKEN_ENCRYPTION_KEYS") or [
    kept_secret(VAR_DIR / "token-encryption-key", make=new_key)
]

# Database
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
        "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY"
    ),
}
# Our statements take a millisecond: starting helpers or a compiler for one takes ten.
_POSTGRESQL_OPTIONS = (
    "-c max_parallel_workers_per_gather=0 -c jit=off -c plan_cache_mode=force_generic_plan"
)

# Of statements that ask for it (secretary_project/prepared_query.py), counted by connection.
_PREPARED_AFTER = 5


def _database() -> dict[str, Any]:
    url = env.text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'secretary.sqlite3'}"
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError):  # its message would show the password
        raise ImproperlyConfigured(
            "DATABASE_URL is not an address like postgres://user:password@host:5432/name "
            "or sqlite:////path/file"
        ) from None
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = _SQLITE_OPTIONS
        database["CONN_MAX_AGE"] = 600  # opening the file takes longer than most requests
    elif database["ENGINE"].endswith("postgresql"):
        database["OPTIONS"] = {
            "options": _POSTGRESQL_OPTIONS,
            **database.get("OPTIONS", {}),
            "pool": {"max_size": 24},
            "prepare_threshold": _PREPARED_AFTER,
        }
        database["CONN_MAX_AGE"] = 0
    else:
        raise ImproperlyConfigured("DATABASE_URL: Secretary runs on PostgreSQL or SQLite")
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache and background work
REDIS_URL = env.redis_address("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "files://localhost"  # secretary_project.file_broker
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"socket_connect_timeout": 2, "socket_timeout": 10}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.25,
    }
)
if not REDIS_URL:
    for _folder in ("queue", "control"):
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)  # through files it leaves litter
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"

# Google and synchronisation
CALENDAR_ENABLED = env.flag("CALENDAR_ENABLED", default=True)
GOOGLE_CREDENTIALS_FILE = env.text("GOOGLE_CREDENTIALS_FILE")
GOOGLE_API_ENDPOINT = env.web_address("GOOGLE_API_ENDPOINT")
CALENDAR_SYNC_INTERVAL_SECONDS = env.whole_number(
    "CALENDAR_SYNC_INTERVAL_SECONDS", default=60, least=5, most=86_400
)
CALENDAR_FULL_SYNC_INTERVAL_HOURS = env.whole_number(
    "CALENDAR_FULL_SYNC_INTERVAL_HOURS", default=24, least=1, most=744
)
CALENDAR_WINDOW_PAST_DAYS = env.whole_number(
    "CALENDAR_WINDOW_PAST_DAYS", default=30, least=0, most=3_660
)
CALENDAR_WINDOW_FUTURE_DAYS = env.whole_number(
    "CALENDAR_WINDOW_FUTURE_DAYS", default=90, least=1, most=3_660
)

# Members
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["accounts.backends.MemberBackend"]
SESSION_ENGINE = "accounts.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "calendar-home"
LOGOUT_REDIRECT_URL = "login"
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "smtp" if env.text("EMAIL_HOST") else "console"
)
EMAIL_HOST = env.text("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.whole_number("EMAIL_PORT", default=25, least=1, most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="secretary@localhost")

# Language and time
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# REST
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "calendars.api.authentication.ApiTokenAuthentication",
        "calendars.api.authentication.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["calendars.api.authentication.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["calendars.api.throttling.MemberThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "calendars.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
API_REQUESTS_PER_MINUTE = env.whole_number(
    "API_REQUESTS_PER_MINUTE", default=1_200, least=1, most=1_000_000
)
SPECTACULAR_SETTINGS = {
    "TITLE": "Secretary",
    "DESCRIPTION": "A team's Google Calendar from a local cache, with an outbox for changes.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"OperationStatus": "calendars.models.OperationStatus.values"},
}

# Logs go to standard output: what keeps the process keeps its log.
LOG_LEVEL = env.choice(
    "LOG_LEVEL", default="INFO", among=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "secretary_project.log_lines.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"without_words": {"()": "secretary_project.log_lines.WithoutWords"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": LOG_LEVEL} for name in ("accounts", "calendars", "secretary_project")},
        "celery.app.trace": {"filters": ["without_words"]},
        # It has a form of its own else. Not "uvicorn": that would undo what its children were told.
        "uvicorn.error": {"handlers": ["console"], "propagate": False},
    },
}
