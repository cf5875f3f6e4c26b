"""What tools take: the types of their arguments, with what a client is told of each.

Lengths are checked, but not told: see ``registering.slim``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mcp_bridge.words import PLAIN_TIME

CalendarId = Annotated[
    str | None, Field(description="From list_calendars; 'primary' works.", max_length=320)
]
EventId = Annotated[str, Field(min_length=1, max_length=1_100)]
Moment = Annotated[str, Field(description=PLAIN_TIME, max_length=50)]
OtherMoment = Annotated[str, Field(max_length=50)]
Time = Annotated[str | None, Field(description=PLAIN_TIME, max_length=50)]
OtherTime = Annotated[str | None, Field(max_length=50)]
"""Written in the same ways as the one that is described before it."""
Cursor = Annotated[str | None, Field(description="next_cursor of the page before.", max_length=200)]
Detail = Literal["concise", "full"]
Text = Annotated[str, Field(min_length=1, max_length=500)]
OperationId = Annotated[int, Field(ge=1, lt=2**63)]
CalendarIds = Annotated[
    list[str] | None, Field(description="Default: all selected.", max_length=100)
]
People = Annotated[list[str] | None, Field(description="Usernames or addresses.", max_length=20)]

Title = Annotated[str | None, Field(max_length=1_024)]
LongText = Annotated[str | None, Field(max_length=8_192)]
Zone = Annotated[str | None, Field(description="IANA name.", max_length=100)]
Guests = Annotated[list[str] | None, Field(description="Usernames or addresses.", max_length=1_000)]
Repeat = Annotated[
    str | None,
    Field(description="In words: every second Tuesday until 5 May.", max_length=200),
]
Rules = Annotated[list[str] | None, Field(description="RRULE:… lines of RFC 5545.", max_length=50)]
Scope = Annotated[
    Literal["instance", "this_and_following", "series"] | None,
    Field(description="Required on recurring events; ask the member which."),
]
Notify = Annotated[
    Literal["all", "external", "none"] | None, Field(description="Which guests Google tells.")
]
Show = Annotated[Literal["opaque", "transparent"] | None, Field(description="Busy or free.")]
Visibility = Literal["default", "public", "private"] | None
Colour = Annotated[str | None, Field(description="'1' to '11'.", max_length=10)]
Reminders = Annotated[list[int] | None, Field(description="Popups, minutes before.", max_length=5)]
DryRun = Annotated[bool, Field(description="Only show what would be done and who is told.")]
Key = Annotated[
    str | None,
    Field(description="Same key, same change: safe to repeat.", pattern=r"^[!-~]{1,200}$"),
]
Confirm = Annotated[str | None, Field(description="From confirmation_required.", max_length=100)]
Wait = Annotated[int, Field(ge=0, le=15, description="For Google's answer.")]
