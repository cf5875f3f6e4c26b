from __future__ import annotations

from calendars.sync.core.compare import EDITED_BOTH
from calendars.sync.core.guards import is_suspicious_delete
from calendars.sync.core.pull_plan import (
    Change,
    Known,
    Sweep,
    newest_by_id,
    plan_change,
    plan_sweep,
)
from tests.core.values import event, patch


def test_a_resource_whose_etag_we_hold_is_skipped() -> None:
    assert plan_change(Known("e1", '"7"'), event(etag='"7"')) is None


def test_an_unknown_resource_is_taken() -> None:
    assert plan_change(None, event()) == Change(event())


def test_a_resource_without_waiting_changes_is_taken() -> None:
    assert plan_change(Known("e1", '"6"'), event(etag='"7"')) == Change(event(etag='"7"'))


def test_a_resource_with_waiting_changes_is_compared() -> None:
    known = Known("e1", '"6"', event(), [patch(1, {"summary": "a"}, {"summary": "Lunch"})])
    change = plan_change(known, event(etag='"7"', summary="b"))
    assert change is not None
    assert change.comparison.conflicts == {1: EDITED_BOTH}


def test_the_later_page_is_the_newer_word_about_an_event() -> None:
    assert newest_by_id([event(summary="a"), event(summary="b")]) == {"e1": event(summary="b")}


def test_an_item_without_an_id_is_passed_over() -> None:
    assert newest_by_id([{"status": "cancelled"}]) == {}


def test_a_full_listing_sweeps_what_it_lacks() -> None:
    ids = {f"e{n}" for n in range(10)}
    sweep = plan_sweep(inside_window=ids, listed=dict.fromkeys(ids - {"e3"}), confirmed=False)
    assert sweep == Sweep(gone=frozenset({"e3"}))


def test_a_mass_delete_is_believed_only_when_it_is_found_twice() -> None:
    ids = {f"e{n}" for n in range(10)}
    assert plan_sweep(inside_window=ids, listed={}, confirmed=False) == Sweep(suspicious=True)
    assert plan_sweep(inside_window=ids, listed={}, confirmed=True) == Sweep(gone=frozenset(ids))


def test_a_handful_of_events_may_go_on_one_day() -> None:
    assert not is_suspicious_delete(known=4, missing=4)
    assert is_suspicious_delete(known=5, missing=5)
    assert not is_suspicious_delete(known=20, missing=10)
    assert is_suspicious_delete(known=20, missing=11)
