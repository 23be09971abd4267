"""
Writers of the editing room that are killed half-way, each in a process of its own.

    python -m tests.killed_writers ACT [ROWS]

does an act of `ACTS`, and kills itself with SIGKILL once it has written that many rows of actions
or enterprises, before they are committed. tests/test_history_faults.py runs it.
"""

import json
import os
import signal
import sys
from itertools import count

import django
from django.core.management import call_command

ACTIONS = 12  # of the lever
ENTERPRISES = 10  # that the import wrote
AT_ONCE = 4  # rows that are undone in one transaction


def prepare():
    """Make the tables, an editor, a lever with its actions, and an import of enterprises."""
    from cress.base.history.operations import Operation, operation
    from tests.conftest import client_of
    from tests.factories import make_action, make_enterprise, make_lever

    call_command("migrate", verbosity=0)
    client_of("Rédaction")
    lever = make_lever(title="Énergie")
    for number in range(ACTIONS):
        make_action(lever=lever, text=f"Action {number}")
    with operation(Operation.Kind.IMPORT, title="Un fichier"):
        for number in range(ENTERPRISES):
            make_enterprise(name=f"Ruche {number}")


def signed_in():
    from django.test import Client

    from cress.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="Rédaction"))
    return client


def save():
    """Change a lever and all its actions, on its page."""
    from policies.models import Lever
    from tests.admin_pages import save

    changes = {f"actions-{number}-text": f"Changée {number}" for number in range(ACTIONS)}
    save(signed_in(), Lever.objects.get(), title="Chaleur", **changes)


def delete():
    """Delete the lever, on its page."""
    from policies.models import Lever
    from tests.admin_pages import address

    signed_in().post(address(Lever, "delete", Lever.objects.get().pk), {"post": "yes"})


def undo_deletion():
    _undo("delete")


def ask_to_undo_import():
    _undo("import")


def _undo(kind):
    from django.urls import reverse

    from cress.base.history.operations import Operation

    done = Operation.objects.filter(kind=kind).latest("pk")
    signed_in().post(reverse("admin:base_operation_undo", args=[done.pk]))


def carry_out():
    """Do what the worker does of long undos; it is killed after its first transaction if asked."""
    from cress.base.history.undo import carry_out_waiting

    for _ in carry_out_waiting():
        if sys.argv[2:] == ["between"]:
            os.kill(os.getpid(), signal.SIGKILL)


def state():
    """Print what is stored, and what does not agree in it."""
    from cress.base.history.operations import Operation
    from cress.base.history.versions import versioned_models
    from enterprises.models import Enterprise
    from policies.models import Action, Lever

    faults, written = [], {}
    for model in versioned_models():
        key, history = model._meta.pk.attname, model.history
        rows = {row.pk: row for row in model._base_manager.all()}
        last = {}
        for version in history.order_by("history_id"):
            last[getattr(version, key)] = version
            of_operation = written.setdefault(version.operation_id, {"+": 0, "~": 0, "-": 0})
            of_operation[version.history_type] += 1
        for number, version in last.items():
            row, is_gone = rows.pop(number, None), version.history_type == "-"
            names = [field.attname for field in history.model.tracked_fields]
            differs = row and any(getattr(row, name) != getattr(version, name) for name in names)
            if is_gone == bool(row) or differs:
                faults.append(f"{model.__name__} {number}")
        faults += [f"{model.__name__} {number} without version" for number in rows]
    for done in Operation.objects.all():
        counts = {"+": done.added, "~": done.changed, "-": done.deleted}
        if counts != written.get(done.pk, dict.fromkeys(counts, 0)):
            faults.append(f"{done}: {counts}")
    lever = Lever.objects.first()
    print(
        json.dumps(
            {
                "faults": faults,
                "lever": lever and lever.title,
                "actions": sorted({text.split()[0] for text in _texts(Action)}),
                "count": Action.objects.count(),
                "enterprises": Enterprise.objects.count(),
                "operations": [
                    [done.kind, done.person_name, done.is_undone, done.is_waiting]
                    for done in Operation.objects.exclude(kind="program").order_by("pk")
                ],
            }
        )
    )


def _texts(model):
    return model.objects.values_list("text", flat=True)


ACTS = {
    act.__name__: act
    for act in [prepare, save, delete, undo_deletion, ask_to_undo_import, carry_out, state]
}


def die_after(rows):
    """Kill this process when that many rows of actions and enterprises are written."""
    from django.db.models.signals import post_delete, post_save

    from enterprises.models import Enterprise
    from policies.models import Action

    written = count(1)

    def die(sender, **kwargs):
        if sender in {Action, Enterprise} and next(written) == rows:
            os.kill(os.getpid(), signal.SIGKILL)

    for signal_of_row in [post_save, post_delete]:
        signal_of_row.connect(die, weak=False)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cress.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from cress.base.history import undo

    setup_test_environment()
    settings.SECURE_SSL_REDIRECT, settings.DEBUG = False, True  # no static files are collected
    undo.MOST_AT_ONCE = ENTERPRISES - 1 if sys.argv[1] == "ask_to_undo_import" else 300
    undo.BATCH = AT_ONCE
    if sys.argv[2:] and sys.argv[2].isdecimal():
        die_after(int(sys.argv[2]))
    ACTS[sys.argv[1]]()
