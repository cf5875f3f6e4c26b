"""Asking before a change that destroys something or reaches other people.

A client that can show a question to the member is asked by elicitation: in older protocol versions
by a request of ours, since 2026-07-28 by answering ``input_required``. Any other client gets the
question with a ``confirm_token`` and has to call again with it. The token is bound to the caller's
API token, the tool and its arguments, and to ten minutes; nothing is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import mcp_types
from fastmcp.server.elicitation import AcceptedElicitation
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_bridge.errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastmcp import Context

VALID_SECONDS = 600
_QUESTION = "confirm"
_CAN_ASK = mcp_types.ClientCapabilities(elicitation=mcp_types.ElicitationCapability())
_YES_OR_NO = mcp_types.ElicitRequestFormParams(
    message="",
    requested_schema={
        "type": "object",
        "properties": {"confirm": {"type": "boolean", "title": "Do it"}},
        "required": ["confirm"],
    },
)


def token_for(arguments: Mapping[str, Any], *, tool: str, secret: str, now: float) -> str:
    """A confirm token for exactly this call. ``now`` is in epoch seconds."""
    expires = int(now) + VALID_SECONDS
    return f"{expires}.{_digest(arguments, tool=tool, secret=secret, expires=expires)}"


def is_valid(
    token: str, arguments: Mapping[str, Any], *, tool: str, secret: str, now: float
) -> bool:
    """Whether the token was given for exactly this call and is not too old."""
    text, _, digest = token.partition(".")
    if not text.isdecimal() or len(text) > 12:
        return False
    expires = int(text)
    wanted = _digest(arguments, tool=tool, secret=secret, expires=expires)
    return now <= expires <= now + VALID_SECONDS and hmac.compare_digest(
        wanted.encode(), digest.encode("utf-8", "replace")
    )


async def ask_member(ctx: Context, question: str) -> bool | mcp_types.InputRequiredResult | None:
    """The member's answer; the question to send where the client answers by calling again; None
    where the client cannot ask anybody. Raises BridgeError ``declined`` for a no.
    """
    request = ctx.request_context
    if request is None or not ctx.session.check_client_capability(_CAN_ASK):
        return None
    if request.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        result = await ctx.elicit(question, bool, response_title="Do it")
        return _said(isinstance(result, AcceptedElicitation) and result.data is True)
    given = (ctx.input_responses or {}).get(_QUESTION)
    if isinstance(given, mcp_types.ElicitResult):
        return _said(given.action == "accept" and (given.content or {}).get("confirm") is True)
    params = _YES_OR_NO.model_copy(update={"message": question})
    asked = mcp_types.ElicitRequest(params=params)
    return mcp_types.InputRequiredResult(input_requests={_QUESTION: asked})


def _said(yes: bool) -> bool:
    if not yes:
        raise BridgeError("declined", "The member did not agree to this change.")
    return True


def _digest(arguments: Mapping[str, Any], *, tool: str, secret: str, expires: int) -> str:
    given = {name: value for name, value in arguments.items() if value is not None}
    text = json.dumps([tool, expires, given], sort_keys=True, default=str)
    key = hashlib.sha256(f"secretary confirm {secret}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
