"""How a function becomes a tool: slim schemas, all four hints, one shape of errors."""

from __future__ import annotations

import functools
import logging
import traceback
from typing import TYPE_CHECKING, Any, TypeVar

from fastmcp.exceptions import ValidationError
from fastmcp.server.middleware import Middleware
from fastmcp.tools import FunctionTool
from fastmcp.tools.base import ToolResult
from mcp.shared.exceptions import MCPError
from mcp_types import ToolAnnotations
from pydantic import ValidationError as PydanticValidationError

from mcp_bridge.errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    import mcp_types
    from fastmcp import FastMCP
    from fastmcp.server.middleware import CallNext, MiddlewareContext

    Function = Callable[..., Awaitable[Any]]

Answered = TypeVar("Answered")

READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
ADDS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True
)
CHANGES = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=True
)
_UNTOLD = frozenset({"title", "maxLength", "minLength", "maxItems", "pattern", "minimum"})

log = logging.getLogger(__name__)


class _SlimTool(FunctionTool):
    """A tool without tags of the framework's own, and with a title only where it says more."""

    def get_meta(self) -> dict[str, Any]:
        return {}

    def to_mcp_tool(self, **overrides: Any) -> mcp_types.Tool:
        told = super().to_mcp_tool(**overrides)
        return told.model_copy(update={"title": None, "meta": None})


def register(
    server: FastMCP[Any], function: Function, *, hints: ToolAnnotations, answers: Mapping[str, Any]
) -> None:
    """Offer a function as a tool of the same name."""
    tool = _SlimTool.from_function(
        _told_apart(function), annotations=hints, output_schema=dict(answers)
    )
    tool.parameters = slim(tool.parameters)
    server.add_tool(tool)


def slim(schema: Any) -> Any:
    """A JSON schema without what costs tokens and tells little: null beside a type, defaults
    that are nothing, generated titles, and lengths and lower ends, which are
    checked all the same.
    """
    if isinstance(schema, list):
        return [slim(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: slim(value)
        for name, value in schema.items()
        if name not in _UNTOLD and not (name == "default" and not value)
    }
    kinds = [kind for kind in kept.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del kept["anyOf"]
        kept = {**kinds[0], **kept}
    return kept


def _told_apart(function: Function) -> Function:
    """A refusal is an answer marked as an error, in the one shape of errors."""

    @functools.wraps(function)
    async def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return await answered(function(*args, **kwargs))
        except BridgeError as error:
            return refusal(error)

    return told


async def answered(answering: Awaitable[Answered]) -> Answered:
    """The answer; what nobody expected becomes ``internal``. It is logged without any value: the
    messages of exceptions may quote calendar content.
    """
    try:
        return await answering
    except (BridgeError, MCPError):
        raise
    except Exception as error:
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("Unexpected %s\n%s", type(error).__name__, places)
        raise BridgeError("internal", "The bridge could not make sense of this.") from None


def refusal(error: BridgeError) -> ToolResult:
    """What a tool answers instead of its result."""
    lines = [f"Error {error.code}: {error.detail}"]
    lines += [f"- {name}: {problem}" for name, problem in error.fields.items()]
    lines.append(f"Next step: {error.next_step}")
    return ToolResult(content="\n".join(lines), structured_content=error.as_dict(), is_error=True)


class SayWhatIsWrong(Middleware):
    """Arguments that do not fit the schema are refused in the same shape, by name."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        try:
            return await call_next(context)
        except (PydanticValidationError, ValidationError) as error:
            return refusal(_named(error))


def _named(error: Exception) -> BridgeError:
    cause = error if isinstance(error, PydanticValidationError) else error.__cause__
    if not isinstance(cause, PydanticValidationError):
        return BridgeError("invalid", "The arguments do not fit the tool's schema.")
    return _of_problems(cause.errors(include_url=False, include_input=False))


def _of_problems(problems: Iterable[Mapping[str, Any]]) -> BridgeError:
    fields: dict[str, str] = {}
    unknown = False
    for problem in problems:
        name = ".".join(str(part) for part in problem["loc"])[:80] or "arguments"
        unknown = unknown or problem["type"] == "unexpected_keyword_argument"
        is_unknown = problem["type"] == "unexpected_keyword_argument"
        fields[name] = "There is no such parameter." if is_unknown else str(problem["msg"])
    code = "unknown_parameter" if unknown else "invalid"
    return BridgeError(code, "The arguments do not fit the tool's schema.", fields=fields)
