"""The discovery document that ships with google-api-python-client, as judge of both directions:
which parameters a method takes, and whether an answer fits its schema."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google_simulator.errors import ApiError, invalid

if TYPE_CHECKING:
    from google_simulator.times import Resource

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
}
_TRUE_FALSE = {"true": True, "false": False, "1": True, "0": False}


class SchemaMisfitError(AssertionError):
    """An answer of ours that the discovery document does not allow: a fault of the simulator."""


@dataclass(frozen=True)
class Method:
    """One API method as the document describes it."""

    id: str
    http_method: str
    path: str
    parameters: dict[str, Any]
    request: str
    response: str
    scopes: frozenset[str]


@cache
def document() -> dict[str, Any]:
    """The bundled document."""
    spec = find_spec("googleapiclient.discovery_cache")
    if spec is None or spec.origin is None:
        raise RuntimeError("google-api-python-client is not installed")
    path = Path(spec.origin).parent / "documents" / "calendar.v3.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def methods() -> dict[str, Method]:
    """All methods by their id, `calendar.events.list` and so on."""
    found = {}
    for resource in document()["resources"].values():
        for entry in resource["methods"].values():
            found[entry["id"]] = Method(
                id=entry["id"],
                http_method=entry["httpMethod"],
                path=entry["path"],
                parameters=document()["parameters"] | entry.get("parameters", {}),
                request=entry.get("request", {}).get("$ref", ""),
                response=entry.get("response", {}).get("$ref", ""),
                scopes=frozenset(entry.get("scopes", [])),
            )
    return found


def read_query(method: Method, given: list[tuple[str, str]]) -> dict[str, Any]:
    """The query's parameters in their types; 400 for one that the method does not have."""
    query: dict[str, Any] = {}
    for name, text in given:
        known = method.parameters.get(name)
        if known is None or known.get("location") == "path":
            raise ApiError(
                400,
                "badRequest",
                f'Invalid JSON payload received. Unknown name "{name}": '
                "Cannot bind query parameter. Field could not be found in request message.",
                name,
                shape="new",
            )
        value = _value(name, text, known)
        if known.get("repeated"):
            query.setdefault(name, []).append(value)
        else:
            query[name] = value
    missing = [
        name
        for name, known in method.parameters.items()
        if known.get("required") and known["location"] == "query" and name not in query
    ]
    if missing:
        raise ApiError(400, "required", f"Required parameter: {missing[0]}", missing[0])
    return query


def _value(name: str, text: str, known: dict[str, Any]) -> Any:
    if known["type"] == "boolean":
        if text.lower() not in _TRUE_FALSE:
            raise _bad_value(name, text)
        return _TRUE_FALSE[text.lower()]
    if known["type"] == "integer":
        if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            raise _bad_value(name, text)
        return int(text)
    if "enum" in known and text not in known["enum"]:
        raise _bad_value(name, text)
    return text


def _bad_value(name: str, text: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid value '{text[:100]}'.", name)


def check_body(schema: str, value: Any) -> Resource:
    """The known fields of a request body; 400 unless it is an object and they have their types."""
    if not isinstance(value, dict):
        raise ApiError(400, "parseError", "Parse Error")
    problem = _first_problem(value, {"$ref": schema}, schema, strict=False)
    if problem:
        raise invalid(f"Invalid value for: {problem}")
    known: Resource = _known_part(value, {"$ref": schema})
    return known


def _known_part(value: Any, schema: dict[str, Any]) -> Any:
    """A checked value without the fields that the schema does not have: those are ignored."""
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    if isinstance(value, list):
        return [_known_part(item, schema["items"]) for item in value]
    if not isinstance(value, dict) or schema.get("type") != "object":
        return value
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    return {
        name: _known_part(item, known.get(name, others))
        for name, item in value.items()
        if known.get(name, others) is not None
    }


def check_answer(schema: str, value: Any) -> None:
    """Raise SchemaMisfitError unless an answer has only the schema's fields, with their types."""
    problem = _first_problem(value, {"$ref": schema}, schema, strict=True)
    if problem:
        raise SchemaMisfitError(problem)


def _first_problem(value: Any, schema: dict[str, Any], path: str, *, strict: bool) -> str:
    """Where and how a value departs from a schema; "" if it fits. Lenient: null and unknown fit."""
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any" or (value is None and not strict):
        return ""
    fits = isinstance(value, _TYPES[kind])
    if not fits or (kind == "integer" and isinstance(value, bool)):
        return f"{path}: not {kind}"
    if kind == "array":
        return _array_problem(value, schema["items"], path, strict=strict)
    if kind == "object":
        return _object_problem(value, schema, path, strict=strict)
    return _format_problem(value, schema.get("format", ""), path) if strict else ""


def _array_problem(value: list[Any], schema: dict[str, Any], path: str, *, strict: bool) -> str:
    for index, item in enumerate(value):
        inner = f"{path}[{index}]"
        problem = _first_problem(item, schema, inner, strict=strict)
        if item is None or problem:
            return problem or f"{inner}: null"
    return ""


def _object_problem(
    value: dict[str, Any], schema: dict[str, Any], path: str, *, strict: bool
) -> str:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    for name, item in value.items():
        inner = known.get(name, others)
        if inner is None:
            if strict:
                return f"{path}.{name}: unknown field"
            continue
        problem = _first_problem(item, inner, f"{path}.{name}", strict=strict)
        if problem:
            return problem
    return ""


_FORMATS = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "date-time": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"),
    "int64": re.compile(r"-?\d+"),
}


def _format_problem(value: Any, form: str, path: str) -> str:
    pattern = _FORMATS.get(form)
    if pattern is None or not isinstance(value, str) or pattern.fullmatch(value):
        return ""
    return f"{path}: {value!r} is not a {form}"
