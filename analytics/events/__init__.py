"""What happened: dated events, other news of the day, claims. It knows no prices."""

from analytics.events.claims import Claim
from analytics.events.load import load_claims, load_confounders, load_events
from analytics.events.records import Company, Confounder, Event, Source
from analytics.events.table import EventTable
from analytics.events.template import event_template

__all__ = [
    "Claim",
    "Company",
    "Confounder",
    "Event",
    "EventTable",
    "Source",
    "event_template",
    "load_claims",
    "load_confounders",
    "load_events",
]
