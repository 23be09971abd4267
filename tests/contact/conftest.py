"""Fixtures of the tests of the contact form and of the desk."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from tests.contact.desk import client_with
from tests.factories import make_subject


@pytest.fixture
def viewer_client(db):
    """A member of the staff who may read messages and change nothing."""
    return client_with("view_message")


@pytest.fixture
def outsider_client(db):
    """A member of the staff without any right on messages."""
    return client_with()


@pytest.fixture
def visitor(db):
    """An anonymous browser, on a site that offers one subject."""
    make_subject(order=1)
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def clock(monkeypatch):
    """The clock of the limits, stopped until a test moves it."""
    clock = SimpleNamespace(time=timezone.now())
    monkeypatch.setattr("cress.contact.limits.timezone", SimpleNamespace(now=lambda: clock.time))
    return clock
