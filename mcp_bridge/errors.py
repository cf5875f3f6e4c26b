"""The closed list of what can go wrong, each with the next step for a language model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp_bridge.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHER_VERSION = "The bridge and Secretary are of different versions: tell the member."
NEXT_STEPS: dict[str, str] = {
    "invalid": "Correct the named fields and call again.",
    "unknown_parameter": "Leave out the named parameters; the tool's schema lists what there is.",
    "scope_required": (
        "Ask the member what is meant and call again with scope: 'instance' (only this "
        "occurrence), 'this_and_following' (this and all later ones) or 'series' (all of them)."
    ),
    "malformed": "Call again with plain JSON values of the schema's types.",
    "not_authenticated": "The API token is missing, unknown, revoked or expired: ask the member.",
    "scope_too_small": "This token may not do this. Tell the member; do not look for a way round.",
    "not_writable": "It cannot be changed here, for the reason given. Tell the member.",
    "not_found": "List or search again: the id or calendar does not exist for this member.",
    "no_google_account": "The member has to connect a Google account in Secretary's settings.",
    "not_invited": "The member is not on the guest list: there is nothing to answer.",
    "wrong_state": "List the pending changes again: it has moved on meanwhile.",
    "switched_off": "Whoever runs Secretary has switched this off: tell the member, do not repeat.",
    "already_deleted": "Nothing to do: the event is deleted already.",
    "key_reused": "Use a new client_key for a different change.",
    "too_many_requests": "Wait a minute, then call again once.",
    "unavailable": "Secretary is busy. Nothing was changed; call again once in a few seconds.",
    "too_large": "Send less: shorter texts, fewer guests, a smaller span.",
    "confirmation_invalid": "Call without confirm_token to be asked again; answers last minutes.",
    "declined": "The member said no. Do not repeat it unless the member asks for it.",
    "unreachable": "Whether it was done is not known: look first, then call again.",
    "csrf_failed": "Secretary did not take the API token for one: tell the member.",
    "method_not_allowed": _OTHER_VERSION,
    "not_acceptable": _OTHER_VERSION,
    "unsupported_media_type": _OTHER_VERSION,
    "internal": "A fault of Secretary, not of this call. Try once more, then tell the member.",
}
"""Code to next step: every code of REST, and those of the bridge itself."""
_LONGEST_DETAIL, _MOST_FIELDS = 400, 20


class BridgeError(Exception):
    """A refusal. ``code`` is one of ``NEXT_STEPS``; ``fields`` says which parameters and why.

    Both may quote what was sent or what an event says, so they are cut and cleaned like event text.
    """

    def __init__(self, code: str, detail: str, *, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.code = code if code in NEXT_STEPS else "internal"
        self.detail = text_of(detail, most=_LONGEST_DETAIL)
        named = list((fields or {}).items())[:_MOST_FIELDS]
        self.fields = {text_of(name): text_of(why, most=200) for name, why in named}

    @property
    def next_step(self) -> str:
        return NEXT_STEPS[self.code]

    def as_dict(self) -> dict[str, Any]:
        """The one shape of errors: that of REST, and what to do about it."""
        found: dict[str, Any] = {"status": "error", "code": self.code, "detail": self.detail}
        if self.fields:
            found["fields"] = self.fields
        return {**found, "next_step": self.next_step}
