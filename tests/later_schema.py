"""
The history of a word of the glossary, before and after a field is added to its model.

    python -m tests.later_schema before|after

writes with the code of the working folder, and prints what its pages say as JSON.
tests/test_history_faults.py runs it from a copy of the code, which it changes.
"""

import json
import os
import sys

import django
from django.core.management import call_command


def before():
    """Save a word and delete another."""
    from policies.models import Term
    from tests.admin_pages import address, save
    from tests.conftest import client_of
    from tests.factories import make_term

    call_command("migrate", verbosity=0)
    client = client_of("Responsable")
    kept, gone = make_term(name="SCIC", definition="Un."), make_term(name="SCOP")
    save(client, kept, definition="Deux.")
    client.post(address(Term, "delete", gone.pk), {"post": "yes"})
    return {}


def after():
    """Look at the pages, restore, undo."""
    from django.test import Client
    from django.urls import reverse

    from cress.accounts.models import User
    from cress.base.history.operations import Operation
    from policies.models import Term
    from tests.admin_pages import address

    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(User.objects.get())
    kept = Term.objects.get()
    number = Term.history.filter(id=kept.pk).earliest("history_id").operation_id
    compare = address(Term, "compare", kept.pk)
    pages = [
        client.get(address(Term, "history", kept.pk)),
        client.get(compare, {"a": number}),
        client.get(address(Term, "change", kept.pk)),
        client.get(reverse("admin:base_operation_bin")),
    ]
    labels = [field.label for change in pages[1].context["changes"] for field in change.fields]

    def undo(kind):
        done = Operation.objects.filter(kind=kind).latest("pk")
        client.post(reverse("admin:base_operation_undo", args=[done.pk]))
        return list(Term.objects.order_by("name").values_list("name", "definition", "origin"))

    client.post(f"{compare}?a={number}", {"take": [f"policies.term-{kept.pk}-definition"]})
    restored = Term.objects.get().definition
    return {
        "statuses": [page.status_code for page in pages],
        "labels": labels,
        "restored": restored,
        "restoration undone": undo("restore"),
        "save undone": undo("change"),
        "deletion undone": undo("delete"),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cress.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.SECURE_SSL_REDIRECT, settings.DEBUG = False, True  # no static files are collected
    print(json.dumps({"before": before, "after": after}[sys.argv[1]]()))
