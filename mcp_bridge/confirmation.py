"""Asking before a change that destroys something or reaches other people.

A client that can show a question to the member is asked by elicitation: in older protocol versions
by a request of ours, since 2026-07-28 by answering ``input_required``. Any other client gets the
question with a ``confirm_token`` and has to call again with it. The token is bound to the caller's
API token, the tool, its arguments and the question, and to ten minutes; nothing is stored. So a
yes to one question never counts for another: where the event or its guests have changed meanwhile,
the member is asked anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any, Literal

import mcp_types
from fastmcp.server.elicitation import AcceptedElicitation
from fastmcp.tools.base import ToolResult
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_bridge.caller import caller_of
from mcp_bridge.errors import BridgeError
from mcp_bridge.reads import result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastmcp import Context

Answer = ToolResult | mcp_types.InputRequiredResult
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


async def consent(
    ctx: Context,
    question: str | None,
    *,
    tool: str,
    arguments: Mapping[str, Any],
    given: str | None,
) -> Answer | None:
    """None: go ahead. Otherwise what to answer now. ``given`` is the caller's confirm token, no
    ``question`` means that there is nothing to ask. Raises BridgeError for a no.
    """
    if question is None:
        return None
    secret, now = caller_of(ctx).secret, time.time()
    call = {**arguments, "question": question}
    if given is not None:
        if is_valid(given, call, tool=tool, secret=secret, now=now):
            return None
        raise BridgeError(
            "confirmation_invalid", "This confirm_token is not for this call as things are now."
        )
    token = token_for(call, tool=tool, secret=secret, now=now)
    said = await _ask_member(
        ctx,
        question,
        state=token,
        is_ours=lambda state: is_valid(state, call, tool=tool, secret=secret, now=now),
    )
    if said is not None:
        return None if said is True else said
    found = {
        "status": "confirmation_required",
        "question": question,
        "confirm_token": token,
        "next_step": "Ask the member. After a yes, repeat this call with confirm_token.",
    }
    return result(found, [question, str(found["next_step"]), f"confirm_token={token}"])


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


async def _ask_member(
    ctx: Context, question: str, *, state: str, is_ours: Callable[[str], bool]
) -> Literal[True] | mcp_types.InputRequiredResult | None:
    """The member's yes; the question to send where the client answers by calling again; None
    where the client cannot ask anybody. Raises BridgeError ``declined`` for a no.
    """
    request = ctx.request_context
    if request is None or not ctx.session.check_client_capability(_CAN_ASK):
        return None
    if request.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        answer = await ctx.elicit(question, bool, response_title="Do it")
        return _said(isinstance(answer, AcceptedElicitation) and answer.data is True)
    reply = (ctx.input_responses or {}).get(_QUESTION)
    if isinstance(reply, mcp_types.ElicitResult) and is_ours(ctx.request_state or ""):
        return _said(reply.action == "accept" and (reply.content or {}).get("confirm") is True)
    params = _YES_OR_NO.model_copy(update={"message": question})
    asked = mcp_types.ElicitRequest(params=params)
    return mcp_types.InputRequiredResult(input_requests={_QUESTION: asked}, request_state=state)


def _said(yes: bool) -> Literal[True]:
    if not yes:
        raise BridgeError("declined", "The member did not agree to this change.")
    return True


def _digest(arguments: Mapping[str, Any], *, tool: str, secret: str, expires: int) -> str:
    given = {name: value for name, value in arguments.items() if value is not None}
    text = json.dumps([tool, expires, given], sort_keys=True, default=str)
    key = hashlib.sha256(f"secretary confirm {secret}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
