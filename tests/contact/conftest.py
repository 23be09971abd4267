"""Fixtures of the tests of the contact form and of the desk."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from tests.contact.desk import client_with
from tests.factories import make_subject


@pytest.fixture
def viewer_client(db):
    """Someone who may read messages and do nothing with them."""
    return client_with("view_message")


@pytest.fixture
def outsider_client(db):
    """Someone of the staff who has no business with messages."""
    return client_with()


@pytest.fixture
def visitor(db):
    """A browser that no one knows, on a site that has a subject to write about."""
    make_subject(order=0)
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def clock(monkeypatch):
    """The hour by which messages are counted, standing still until a test moves it."""
    clock = SimpleNamespace(time=timezone.now())
    monkeypatch.setattr("cress.contact.limits.timezone", SimpleNamespace(now=lambda: clock.time))
    return clock
