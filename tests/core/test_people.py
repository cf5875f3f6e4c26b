"""Guest lists: what is kept of a change, and how it is laid over a list that moved on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.sync.core import people
from calendars.sync.core.push_plan import Patch, plan_push
from tests.core.values import event, guest, patch

ANN, BEN, CLEO = (f"{name}@x.test" for name in ("ann", "ben", "cleo"))
THERE = {"organizer": {"email": CLEO}}
HERE = {"organizer": {"email": ANN, "self": True}}

answers = st.sampled_from(["needsAction", "accepted", "declined"])
rows = st.fixed_dictionaries(
    {"responseStatus": answers},
    optional={"optional": st.just(True), "comment": st.sampled_from(["Late", "Ill"])},
)
lists = st.dictionaries(st.sampled_from([ANN, BEN, CLEO, "dan@x.test"]), rows).map(
    lambda known: [{"email": email, **facts} for email, facts in known.items()]
)


def by_email(listed: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {person["email"]: person for person in listed}


def test_only_the_people_concerned_are_kept() -> None:
    crowd = [guest(f"g{n}@x.test", responseStatus="accepted") for n in range(300)]
    base = [*crowd, guest(BEN)]
    mine = [*crowd[1:], guest(BEN, optional=True), guest(CLEO)]
    before, wanted = people.delta(base=base, mine=mine)
    assert by_email(before).keys() == {"g0@x.test", BEN}
    assert by_email(wanted).keys() == {BEN, CLEO}


def test_a_fact_that_somebody_loses_is_named() -> None:
    _, wanted = people.delta(base=[guest(ANN, comment="Late")], mine=[guest(ANN)])
    assert wanted == [guest(ANN, comment=None)]
    assert people.merged(base=[guest(ANN, comment="Late")], mine=wanted, theirs=[guest(ANN)]) == [
        guest(ANN)
    ]


@given(lists, lists)
@settings(derandomize=True)
def test_the_people_concerned_say_all_of_the_change(
    base: list[dict[str, Any]], mine: list[dict[str, Any]]
) -> None:
    before, wanted = people.delta(base=base, mine=mine)
    assert by_email(people.merged(base=before, mine=wanted, theirs=base)) == by_email(mine)


@given(lists, lists)
@settings(derandomize=True)
def test_the_same_two_lists_swapped_take_a_change_back(
    base: list[dict[str, Any]], mine: list[dict[str, Any]]
) -> None:
    before, wanted = people.delta(base=base, mine=mine)
    back = people.delta(base=wanted, mine=before)
    assert by_email(people.merged(base=back[0], mine=back[1], theirs=mine)) == by_email(base)


@given(lists, lists, lists)
@settings(derandomize=True)
def test_nobody_who_is_not_concerned_is_touched(
    base: list[dict[str, Any]], mine: list[dict[str, Any]], theirs: list[dict[str, Any]]
) -> None:
    before, wanted = people.delta(base=base, mine=mine)
    about = by_email(before).keys() | by_email(wanted).keys()
    after = by_email(people.merged(base=before, mine=wanted, theirs=theirs))
    for email, person in by_email(theirs).items():
        assert email in about or after[email] == person


def test_an_answer_given_meanwhile_by_somebody_added_on_both_sides_stays() -> None:
    theirs = [guest(BEN, responseStatus="accepted", comment="Gladly")]
    assert people.merged(base=[], mine=[guest(BEN, optional=True)], theirs=theirs) == [
        {**theirs[0], "optional": True}
    ]


def test_changing_somebody_whom_google_removed_is_a_clash() -> None:
    base, mine = [guest(ANN)], [guest(ANN, responseStatus="accepted")]
    assert people.clash(base=base, mine=mine, theirs=[], agreed=base)
    assert not people.clash(base=base, mine=mine, theirs=[], agreed=[])


def test_an_answer_to_somebody_elses_event_is_sent_without_the_other_guests() -> None:
    agreed = event(**THERE, attendees=[guest(ANN, self=True), guest(BEN)])
    accepted = patch(
        1,
        {"attendees": [guest(ANN, self=True, responseStatus="accepted")]},
        {"attendees": [guest(ANN, self=True)]},
    )
    plan = plan_push([accepted], agreed=agreed)
    assert isinstance(plan, Patch)
    assert plan.body == {
        "attendees": [guest(ANN, self=True, responseStatus="accepted")],
        "attendeesOmitted": True,
    }


def test_a_comment_taken_back_is_sent_as_empty() -> None:
    before = [guest(ANN, self=True, comment="Late"), guest(BEN)]
    after = [guest(ANN, self=True), guest(BEN)]
    sent = people.sent_by_guest(before=before, after=after, truncated=False)
    assert sent["attendees"] == [guest(ANN, self=True, comment="")]


@pytest.mark.parametrize("agreed", [event(**HERE), event()])
def test_the_organizers_list_is_sent_whole(agreed: dict[str, Any]) -> None:
    agreed["attendees"] = [guest(BEN)]
    adding = patch(1, {"attendees": [guest(CLEO)]}, {"attendees": []})
    plan = plan_push([adding], agreed=agreed)
    assert isinstance(plan, Patch)
    assert plan.body == {"attendees": [guest(BEN), guest(CLEO)]}


def test_a_guest_who_invites_sends_the_whole_list() -> None:
    agreed = event(**THERE, attendees=[guest(ANN, self=True), guest(BEN)])
    adding = patch(1, {"attendees": [guest("dan@x.test")]}, {"attendees": []})
    plan = plan_push([adding], agreed=agreed)
    assert isinstance(plan, Patch)
    assert "attendeesOmitted" not in plan.body
    assert len(plan.body["attendees"]) == 3


def test_a_list_of_which_google_shows_a_part_is_never_sent_whole() -> None:
    agreed = event(**HERE, attendees=[guest(ANN, self=True)], attendeesOmitted=True)
    adding = patch(1, {"attendees": [guest(CLEO)]}, {"attendees": []})
    plan = plan_push([adding], agreed=agreed)
    assert isinstance(plan, Patch)
    assert plan.body == {"attendees": [guest(CLEO)], "attendeesOmitted": True}
