"""What can go wrong with accounts and tokens, in sentences for people; knows no HTTP."""

from __future__ import annotations


class AccountError(Exception):
    """Base. ``detail`` is a sentence that may be shown to a member and holds no secret."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class TokenRefusedError(AccountError):
    """An API token cannot be made as asked."""


class TokenFileError(AccountError):
    """A file does not hold Google credentials that can be used."""


class ConsentError(AccountError):
    """Connecting a Google account through the consent page did not work out."""
