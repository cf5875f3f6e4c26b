"""What the rest of the product may want to know about accounts."""

from __future__ import annotations

from django.dispatch import Signal

account_connected = Signal()
"""Sent after the commit with ``account_id``, when an account is connected or connected again."""
