"""A column for a Google resource as JSON text, compressed with a dictionary all rows share.

Google's events repeat the same keys and addresses, so a dictionary saves more than half of the
bytes and reading stays cheap. The first byte names the codec: rows written with an older
dictionary stay readable when a better one is added.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _Base = models.BinaryField[Any, Any]  # str, or None where the column may be null
else:
    _Base = models.BinaryField

_DICTIONARIES = {
    1: (
        b'"responseStatus":"tentative","responseStatus":"declined","displayName":"'
        b'","optional":true,"resource":true,"additionalGuests":'
        b'"conferenceData":{"entryPoints":[{"entryPointType":"video","uri":"https://meet.google.com/'
        b'","label":"meet.google.com/"conferenceSolution":{"key":{"type":"hangoutsMeet"},"name":'
        b'"Google Meet","iconUri":"https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512'
        b'dp/logo_meet_2020q4_color_2x_web_512dp.png"},"conferenceId":"'
        b'"extendedProperties":{"private":{"shared":{"colorId":"'
        b'"transparency":"transparent","visibility":"private","hangoutLink":"https://meet.google.com'
        b'/","location":"","description":"<br><p></p><a href=\\"https://'
        b'"recurrence":["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20INTERVAL=COUNT="],'
        b'"recurringEventId":"","originalStartTime":{"dateTime":"T10:00:00+01:00","timeZone":"'
        b'"overrides":[{"method":"popup","minutes":10},{"method":"email","minutes":30}]'
        b'"guestsCanModify":true,"guestsCanInviteOthers":false,"attachments":[{"fileUrl":"'
        b'{"kind":"calendar#event","etag":"\\"34","id":"","status":"confirmed","htmlLink":'
        b'"https://www.google.com/calendar/event?eid=","created":"2026-00:00.000Z","updated":"2026-'
        b'.000Z","summary":"","creator":{"email":"@group.calendar.google.com","self":true},'
        b'"organizer":{"email":"@example.com","self":true},"start":{"date":"2026-"},"end":{"date":"'
        b'"start":{"dateTime":"2026-T00:00:00+02:00","timeZone":"America/New_York"},"end":{'
        b'"dateTime":"2026-T00:00:00Z","timeZone":"Europe/Berlin"},"iCalUID":"@google.com",'
        b'"sequence":0,"attendees":[{"email":"@example.com","responseStatus":"accepted"},{"email":"'
        b'@gmail.com","responseStatus":"needsAction","organizer":true,"self":true}],'
        b'"reminders":{"useDefault":true},"eventType":"default"}'
    ),
    2: (
        b'"recurringEventId":"","originalStartTime":{"date":"","originalStartTime":{'
        b'"dateTime":""additionalGuests":1,"optional":true,"resource":true,"self":true,'
        b'"comment":""visibility":"private","transparency":"transparent",'
        b'"visibility":"public","colorId":""guestsCanInviteOthers":false,'
        b'"guestsCanModify":true,"guestsCanSeeOtherGuests":false,"privateCopy":true,'
        b'"attachments":[{"fileUrl":"https://drive.google.com/open?id=","title":"",'
        b'"mimeType":"application/vnd.google-apps.document","iconLink":""source":{'
        b'"url":"https://","title":""extendedProperties":{"private":{"shared":{'
        b'""outOfOfficeProperties":{"autoDeclineMode":"declineAllConflictingInvitations",'
        b'"focusTimeProperties":{"workingLocationProperties":{"type":"homeOffice",'
        b'"homeOffice":{}}"eventType":"outOfOffice","eventType":"focusTime",'
        b'"eventType":"workingLocation""status":"cancelled","status":"tentative",'
        b'"description":"<br><p></p><ul><li></li></ul><a href=\\"https://\\n\\n"location":"https:'
        b'//zoom.us/j/?pwd=Microsoft Teams "recurrence":["EXDATE;TZID=RRULE:FREQ=MONTHLY;BYDAY'
        b"=FREQ=DAILY;FREQ=YEARLYFREQ=WEEKLY;WKST=MO;UNTIL=20INTERVAL=2;COUNT=BYDAY=MO,TU,WE,"
        b'TH,FR"],"reminders":{"useDefault":false,"overrides":[{"method":"popup",'
        b'"minutes":10},{"method":"email","minutes":30}]America/New_YorkEurope/LondonAmerica/L'
        b'os_AngelesAsia/TokyoEurope/ParisUTC.com","displayName":"",'
        b'"responseStatus":"declined"},{"email":".com","displayName":"",'
        b'"responseStatus":"tentative"},{"email":"@gmail.com","displayName":"",'
        b'"responseStatus":"needsAction"},{"email":"{"kind":"calendar#event","etag":"\\"3",'
        b'"id":"","status":"confirmed","htmlLink":"https://www.google.com/calendar/event?eid="'
        b',"created":"2025-2027-2026-00:00.000Z","updated":"2026-.000Z","summary":"",'
        b'"description":"","location":"","creator":{"email":"@group.calendar.google.com",'
        b'"self":true},"organizer":{"email":"@example.com","displayName":"","self":true},'
        b'"start":{"date":"2026-"},"end":{"date":"2026-"},"start":{'
        b'"dateTime":"2026-T00:00:00+01:00","timeZone":"Europe/Berlin"},"end":{'
        b'"dateTime":"2026-T00:00:00+02:00","timeZone":"Europe/Berlin"},'
        b'"iCalUID":"@google.com","sequence":0,"attendees":[{"email":"@example.com",'
        b'"organizer":true,"self":true,"responseStatus":"accepted"},{"email":".com",'
        b'"displayName":"","responseStatus":"accepted"}],'
        b'"hangoutLink":"https://meet.google.com/","conferenceData":{"entryPoints":[{'
        b'"entryPointType":"video","uri":"https://meet.google.com/",'
        b'"label":"meet.google.com/"},{"entryPointType":"more",'
        b'"uri":"https://tel.meet/?pin=&hs=7","pin":""},{"regionCode":"US",'
        b'"entryPointType":"phone","uri":"tel:+1-","label":"+1 ","pin":""}],'
        b'"conferenceSolution":{"key":{"type":"hangoutsMeet"},"name":"Google Meet",'
        b'"iconUri":"https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_'
        b'meet_2020q4_color_2x_web_512dp.png"},"conferenceId":""},"reminders":{'
        b'"useDefault":true},"eventType":"default"}'
    ),
}
_NEWEST = 2


def pack(text: str) -> bytes:
    """The stored form of a JSON text."""
    packer = zlib.compressobj(level=6, wbits=-15, zdict=_DICTIONARIES[_NEWEST])
    return bytes([_NEWEST]) + packer.compress(text.encode()) + packer.flush()


def unpack(stored: bytes | memoryview) -> str:
    """The JSON text of a stored form."""
    unpacker = zlib.decompressobj(wbits=-15, zdict=_DICTIONARIES[stored[0]])
    return unpacker.decompress(stored[1:]).decode()


class ResourceField(_Base):
    """JSON text in Python, compressed bytes in the database."""

    def from_db_value(self, value: bytes | memoryview | None, *_: object) -> str | None:
        return None if value is None else unpack(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        packed = pack(value) if isinstance(value, str) else value
        return super().get_db_prep_value(packed, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
