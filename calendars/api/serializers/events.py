"""Events: pages of them, one, and what a write answers."""

from __future__ import annotations

from rest_framework import serializers

from calendars.api.event_shapes import Event, Moment, Rule
from calendars.api.serializers.operations import OperationEntry
from calendars.api.serializers.shapes import Metadata, ObjectField, Shape
from calendars.commands.respond import LONGEST_COMMENT, Response
from calendars.commands.scope import Scope
from calendars.models import Notify, OperationType


class EventPageAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    events = Event(many=True)
    metadata = Metadata()


class Recurs(Shape):
    text = serializers.CharField(help_text="In words: `Every second Tuesday until 5 May 2026`.")
    next = serializers.ListField(
        child=serializers.CharField(),
        help_text="Starts of up to five occurrences from now on, each where it was moved to.",
    )
    repeat = Rule(allow_null=True, help_text="Null where the rule says more than a form can hold.")


class EventAnswer(Shape):
    status = serializers.CharField(help_text="`ok`")
    event = Event()
    recurrence = Recurs(required=False, help_text="How it recurs; of a recurring event only.")


class Reset(Shape):
    event_id = serializers.CharField()
    original_start = Moment(help_text="Its slot in the series.")
    start = Moment(help_text="Where it had been moved to.")
    summary = serializers.CharField()


class QueuedAnswer(Shape):
    status = serializers.CharField(
        help_text="`queued`; `proposed` where it waits to be approved: see `proposal`."
    )
    outbox_id = serializers.IntegerField(help_text="The operation's `op_id`.")
    pending = serializers.BooleanField()
    event = Event()
    notes = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Sentences about effects that were not asked for; only where there are any.",
    )
    proposal = OperationEntry(
        required=False, help_text="What is proposed; the event does not show it yet."
    )
    unchanged = serializers.BooleanField(
        required=False,
        help_text="True where all was so already: `outbox_id` is the newest of its changes then.",
    )
    resets = Reset(
        many=True,
        required=False,
        help_text="Occurrences that had been changed one by one and lose that; only where any do.",
    )


class PlannedStep(Shape):
    op_type = serializers.ChoiceField(choices=OperationType.values)
    calendar_id = serializers.CharField()
    event_id = serializers.CharField(allow_null=True, help_text="Null of an event to be made.")
    payload = ObjectField(help_text="The fields that would change.")
    base = ObjectField(help_text="Those fields now; null is absent.")
    notify = serializers.ChoiceField(choices=Notify.values)


class PlanAnswer(Shape):
    status = serializers.CharField(help_text="`dry_run`: nothing was done.")
    becomes = serializers.ChoiceField(
        choices=["queued", "proposed"], help_text="What the same call without `dry_run` answers."
    )
    operations = PlannedStep(many=True, help_text="Empty where all is so already.")
    told = serializers.ListField(
        child=serializers.CharField(),
        help_text="Guests whom Google would tell; with `external`, those of them without a "
        "Google calendar.",
    )
    notes = serializers.ListField(child=serializers.CharField())
    resets = Reset(
        many=True, required=False, help_text="As the answer of the change has them; see there."
    )
    event = ObjectField(
        help_text="As it would be shown, in the shape of `Event`; one to be made has no id yet."
    )


class CreatedAnswer(QueuedAnswer):
    event_id = serializers.CharField(help_text="`local:<uuid>`; it resolves for ever.")


class InvitationAnswer(Shape):
    event_id = serializers.CharField(max_length=1_100)
    calendar_id = serializers.CharField(max_length=320, default="primary")
    response = serializers.ChoiceField(choices=[each.value for each in Response])
    comment = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_COMMENT,
        help_text="Left out, an earlier comment stays; empty, it goes.",
    )
    scope = serializers.ChoiceField(
        required=False,
        choices=[Scope.INSTANCE.value, Scope.SERIES.value],
        help_text="Required for recurring targets.",
    )
    notify = serializers.ChoiceField(choices=Notify.values, required=False)


class MoveRequest(Shape):
    destination = serializers.CharField(max_length=320, help_text="Id of the other calendar.")
    notify = serializers.ChoiceField(choices=Notify.values, required=False)
