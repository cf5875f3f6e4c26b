"""Sharing rules of a calendar. Every change makes its sync tokens expire (section 5.1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google_simulator import calendar_list
from google_simulator.errors import ApiError, invalid, not_found
from google_simulator.world import ROLES, AclRule, Calendar, World, collection_etag

if TYPE_CHECKING:
    from google_simulator.times import Resource

_KINDS = ("default", "user", "group", "domain")


def rule_resource(rule_id: str, rule: AclRule) -> Resource:
    """An AclRule as answered."""
    return {
        "kind": "calendar#aclRule",
        "etag": collection_etag(rule.stamp),
        "id": rule_id,
        "scope": rule.scope,
        "role": rule.role,
    }


def find(calendar: Calendar, rule_id: str) -> AclRule:
    """A rule; 404 if there is none, or none any more."""
    rule = calendar.acl.get(rule_id)
    if rule is None or rule.role == "none":
        raise not_found()
    return rule


def write(world: World, calendar: Calendar, body: Resource) -> str:
    """Give a scope a role on a calendar; answers the rule's id."""
    scope, role = body.get("scope") or {}, body.get("role")
    if role not in ROLES or scope.get("type") not in _KINDS:
        raise invalid("Invalid role or scope.", location="role")
    value = str(scope.get("value") or "")
    if (scope["type"] == "default") != (not value):
        raise invalid("Invalid scope value.", location="scope.value")
    rule_id = f"{scope['type']}:{value}" if value else "default"
    set_role(world, calendar, rule_id, scope, str(role))
    return rule_id


def set_role(world: World, calendar: Calendar, rule_id: str, scope: Resource, role: str) -> None:
    """Store a rule; 403 for the data owner's own."""
    if rule_id == f"user:{calendar.owner}":
        raise ApiError(403, "cannotChangeOwnAcl", "Cannot change your own access level.")
    calendar.acl_seq += 1
    calendar.token_epoch += 1
    calendar.acl[rule_id] = AclRule(role, scope, world.stamp(), calendar.acl_seq)
    world.note("acl", calendar.id)
    person = world.people.get(str(scope.get("value", "")))
    entry = person.entries.get(calendar.id) if person else None
    if person is not None and entry is not None and role == "none":
        calendar_list.touch(world, person, entry)
