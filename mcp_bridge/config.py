"""What the bridge is told by its environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

URL, TOKEN, PUBLIC_URL = "SECRETARY_URL", "SECRETARY_TOKEN", "PUBLIC_BASE_URL"
_DEFAULT_URL = "http://127.0.0.1:8000"


class ConfigurationError(Exception):
    """A setting is missing or cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """``url``     where Secretary answers, without a slash at its end
    ``token``   the member's API token on stdio; None over HTTP, where each client sends its own
    ``public``  the address by which members know Secretary, where that is another one
    """

    url: str
    token: str | None
    public: str = ""

    @property
    def public_host(self) -> str:
        return urlsplit(self.public).netloc

    @property
    def headers(self) -> dict[str, str]:
        """What a proxy before Secretary would add: inside a container network there is none."""
        if not self.public:
            return {}
        return {"Host": self.public_host, "X-Forwarded-Proto": urlsplit(self.public).scheme}


def from_environment(*, needs_token: bool) -> Config:
    """Read the settings. Raises ConfigurationError."""
    url = _address(URL, default=_DEFAULT_URL)
    public = _address(PUBLIC_URL, default="")
    token = os.environ.get(TOKEN, "").strip() or None
    if needs_token and token is None:
        raise ConfigurationError(
            f"{TOKEN} is not set. Make a token in Secretary under Settings, API tokens, "
            "or by 'manage.py create_api_token', and put it there."
        )
    return Config(url=url, token=token if needs_token else None, public=public)


def _address(name: str, *, default: str) -> str:
    url = (os.environ.get(name) or default).rstrip("/")
    if url and not _is_address(url):
        raise ConfigurationError(f"{name} has to be an address like {_DEFAULT_URL}, not {url!r}.")
    return url


def _is_address(url: str) -> bool:
    """Without a login in it: the token is the only credential, and a login would reach logs."""
    try:
        parts = urlsplit(url)
        usable = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment and "@" not in parts.netloc
    return usable and plain and parts.scheme in ("http", "https") and bool(parts.hostname)
