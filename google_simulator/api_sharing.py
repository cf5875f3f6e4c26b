"""The methods about people rather than events: sharing rules and personal settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google_simulator import acl, calls, freebusy, sync_tokens
from google_simulator.calendar_list import read_page_token
from google_simulator.errors import not_found
from google_simulator.world import Calendar, Person, collection_etag

if TYPE_CHECKING:
    from google_simulator.calls import Call, Service
    from google_simulator.times import Resource

_TOKEN_ONLY = frozenset({"syncToken", "showDeleted"})


def _rules_calendar(service: Service, call: Call) -> Calendar:
    return calls.calendar(service, call, role="owner")


def list_rules(service: Service, call: Call) -> Resource:
    """acl.list"""
    calendar, asked = _rules_calendar(service, call), call.query
    question = call.fingerprint("acl", calendar.id, without=_TOKEN_ONLY)
    since = 0
    if "syncToken" in asked:
        # Unlike those of events, these tokens survive a change of the rules.
        since = sync_tokens.redeem(service.world, asked["syncToken"], epoch=0, question=question)
    offset, seq = read_page_token(str(asked.get("pageToken", "")), calendar.acl_seq)
    size = call.max_results(default=100, most=250)
    rules = list(calendar.acl.items())
    show_deleted = "syncToken" in asked or asked.get("showDeleted")
    items = [
        acl.rule_resource(rule_id, rule)
        for rule_id, rule in rules[offset : offset + size]
        if rule.seq >= since + bool(since) and (show_deleted or rule.role != "none")
    ]
    answer = {"kind": "calendar#acl", "etag": collection_etag(calendar.stamp), "items": items}
    if offset + size < len(rules):
        return answer | {"nextPageToken": f"{offset + size}.{seq}"}
    token = sync_tokens.issue(service.world, seq=seq, epoch=0, question=question)
    return answer | {"nextSyncToken": token}


def get_rule(service: Service, call: Call) -> Resource:
    """acl.get"""
    calendar, rule_id = _rules_calendar(service, call), call.path["ruleId"]
    return acl.rule_resource(rule_id, acl.find(calendar, rule_id))


def insert_rule(service: Service, call: Call) -> Resource:
    """acl.insert"""
    calendar = _rules_calendar(service, call)
    rule_id = acl.write(service.world, calendar, call.body)
    return acl.rule_resource(rule_id, calendar.acl[rule_id])


def change_rule(service: Service, call: Call) -> Resource:
    """acl.patch and acl.update: only the role can change"""
    calendar, rule_id = _rules_calendar(service, call), call.path["ruleId"]
    rule = acl.find(calendar, rule_id)
    calls.check_etag(call, collection_etag(rule.stamp))
    acl.write(
        service.world, calendar, {"scope": rule.scope, "role": call.body.get("role", rule.role)}
    )
    return acl.rule_resource(rule_id, calendar.acl[rule_id])


def delete_rule(service: Service, call: Call) -> None:
    """acl.delete"""
    calendar, rule_id = _rules_calendar(service, call), call.path["ruleId"]
    rule = acl.find(calendar, rule_id)
    acl.set_role(service.world, calendar, rule_id, rule.scope, "none")


def watch_rules(service: Service, call: Call) -> Resource:
    """acl.watch"""
    calendar = _rules_calendar(service, call)
    return service.channels.watch(
        call.body,
        collection=("acl", calendar.id),
        uri=f"{service.base_url}/calendar/v3/calendars/{calendar.id}/acl?alt=json",
        user=call.user,
        client_id=call.client_id,
    )


def _settings(person: Person) -> dict[str, str]:
    return {
        "timezone": person.time_zone,
        "format24HourTime": "true",
        "weekStart": "1",
        "defaultEventLength": "60",
        "autoAddHangouts": "false",
        **person.settings,
    }


def _setting(person: Person, name: str, value: str) -> Resource:
    return {
        "kind": "calendar#setting",
        "etag": collection_etag(person.stamp),
        "id": name,
        "value": value,
    }


def list_settings(service: Service, call: Call) -> Resource:
    """settings.list"""
    person, asked = calls.person(service, call), call.query
    question = call.fingerprint("settings", without=_TOKEN_ONLY)
    since = -1
    if "syncToken" in asked:
        since = sync_tokens.redeem(service.world, asked["syncToken"], epoch=0, question=question)
    found = list(_settings(person).items()) if person.settings_seq > since else []
    size = call.max_results(default=100, most=250)
    offset, seq = read_page_token(str(asked.get("pageToken", "")), person.settings_seq)
    answer: Resource = {
        "kind": "calendar#settings",
        "etag": collection_etag(person.stamp),
        "items": [_setting(person, *pair) for pair in found[offset : offset + size]],
    }
    if offset + size < len(found):
        return answer | {"nextPageToken": f"{offset + size}.{seq}"}
    token = sync_tokens.issue(service.world, seq=seq, epoch=0, question=question)
    return answer | {"nextSyncToken": token}


def get_setting(service: Service, call: Call) -> Resource:
    """settings.get"""
    person, name = calls.person(service, call), call.path["setting"]
    value = _settings(person).get(name)
    if value is None:
        raise not_found()
    return _setting(person, name, value)


def watch_settings(service: Service, call: Call) -> Resource:
    """settings.watch"""
    return service.channels.watch(
        call.body,
        collection=("settings", call.user),
        uri=f"{service.base_url}/calendar/v3/users/me/settings?alt=json",
        user=call.user,
        client_id=call.client_id,
    )


HANDLERS: dict[str, calls.Handler] = {
    "calendar.acl.list": list_rules,
    "calendar.acl.get": get_rule,
    "calendar.acl.insert": insert_rule,
    "calendar.acl.patch": change_rule,
    "calendar.acl.update": change_rule,
    "calendar.acl.delete": delete_rule,
    "calendar.acl.watch": watch_rules,
    "calendar.settings.list": list_settings,
    "calendar.settings.get": get_setting,
    "calendar.settings.watch": watch_settings,
    "calendar.freebusy.query": freebusy.query,
}
