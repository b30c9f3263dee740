"""The columns that exports of other programs have for interactions, and the kinds they know.

Besides the fields of the import there are some that only profiles know: ``email`` of the person, ``subject``,
``state`` (done or not), ``due`` and ``due_time``, ``meeting_outcome`` and ``other_kind`` where the kind is
empty.
"""

from __future__ import annotations

from collections.abc import Mapping

Columns = Mapping[str, tuple[str, ...]]

GENERIC_INTERACTIONS: Columns = {
    "id": ("id", "activity id", "interaction id"),
    "deal": ("deal", "deal id", "opportunity", "opportunity id"),
    "organisation": ("organisation", "organization", "company", "account", "customer"),
    "person": ("person", "contact", "contact name"),
    "email": ("email", "person email", "contact email"),
    "owner": ("owner", "rep", "user", "assigned to", "sales rep"),
    "kind": ("kind", "type", "activity type", "channel"),
    "direction": ("direction",),
    "outcome": ("outcome", "result", "disposition"),
    "at": ("at", "when", "date", "time", "timestamp", "activity date"),
    "planned": ("planned", "due", "due date", "scheduled"),
    "duration": ("duration", "minutes", "length", "duration seconds", "duration minutes"),
    "note": ("note", "notes", "description", "comment", "subject"),
}

PIPEDRIVE_INTERACTIONS: Columns = {
    "id": ("Activity - ID", "Activity - Pipedrive System ID"),
    "deal": ("Activity - Deal", "Deal"),
    "organisation": ("Activity - Organization", "Organization"),
    "person": ("Activity - Contact person", "Contact person"),
    "owner": ("Activity - Assigned to user",),
    "kind": ("Activity - Type",),
    "at": ("Activity - Marked as done time", "Activity - Due date"),
    "duration": ("Activity - Duration",),
    "note": ("Activity - Note",),
    "subject": ("Activity - Subject",),
    "state": ("Activity - Done", "Activity - Status"),
    "due": ("Activity - Due date",),
    "due_time": ("Activity - Due time",),
}

HUBSPOT_INTERACTIONS: Columns = {
    "id": ("Activity ID", "Record ID"),
    "deal": ("Associated Deal", "Associated Deal ID"),
    "organisation": ("Associated Company", "Associated Company (Primary)", "Associated Company Name"),
    "person": ("Associated Contact", "Associated Contact Email"),
    "email": ("Associated Contact Email",),
    "owner": ("Activity Owner", "Activity assigned to"),
    "kind": ("Activity Type",),
    "direction": ("Call Direction",),
    "outcome": ("Call Outcome",),
    "meeting_outcome": ("Meeting Outcome",),
    "at": ("Activity Date",),
    "state": ("Task Status",),
    "due": ("Task Due Date",),
    "duration": ("Call Duration", "Call duration (milliseconds)"),
    "note": ("Notes/Description",),
    "subject": ("Call/Meeting Title/Subject",),
}

SALESFORCE_INTERACTIONS: Columns = {
    "id": ("Id", "Activity ID"),
    "deal": ("WhatId", "Opportunity", "Related To"),
    "organisation": ("AccountId", "Company / Account"),
    "person": ("WhoId", "Contact", "Name"),
    "owner": ("OwnerId", "Assigned"),
    "kind": ("Type__c", "Type"),
    "other_kind": ("TaskSubtype", "Task Subtype"),
    "direction": ("CallType", "Call Type"),
    "outcome": ("CallDisposition", "Call Result"),
    "at": ("ActivityDate", "Date", "Due Date"),
    "state": ("Status",),
    "duration": ("CallDurationInSeconds", "Call Duration (seconds)"),
    "note": ("Description", "Full Comments", "Comments"),
    "subject": ("Subject",),
}

PROGRAM_KINDS: Mapping[str, tuple[str, ...]] = {
    "pipedrive": ("Task", "Deadline", "Lunch"),
    "hubspot": ("Task", "SMS", "LinkedIn message", "WhatsApp", "Postal mail"),
    "salesforce": ("Task", "Other", "Prep", "Send Letter", "Send Quote", "Cadence", "List Email", "LinkedIn"),
}
"""Kinds that programs have beside ours. They are made without asking: they count for no step."""
