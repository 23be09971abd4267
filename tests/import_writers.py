"""
An import and another writer of the same rows, at the same time, on PostgreSQL.

    python -m tests.postgresql python -m tests.import_writers SCENARIO

prints what is stored in the end, as JSON. tests/test_import_writers.py runs it.
"""

import json
import os
import sys
import time
from threading import Event, Thread

import django
from django.core.management import call_command

LIMIT = 120  # seconds; a wait that takes as long has failed


def write(plan):
    """Write a plan; return the reason if it is refused."""
    from cress.base.files.tables import TableError

    try:
        plan.write()
    except TableError as refusal:
        return str(refusal)
    return ""


def wait_for_a_blocked_query(thread):
    """Wait until a query waits for a lock, or the thread that would wait has ended."""
    from django.db import connection

    end = time.monotonic() + LIMIT
    while thread.is_alive() and time.monotonic() < end:
        with connection.cursor() as cursor:
            # pg_stat_activity would not change during the transaction of the writer.
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)


def population_plan(commune):
    """Return the plan of an import that sets a commune's population to 999."""
    from cress.base.imports import Difference, ImportPlan
    from territories.models import Commune

    seen = Commune.objects.get(pk=commune.pk)
    values = {Commune._meta.get_field("population"): 999}
    return ImportPlan({Commune: Difference([], [(seen, values)], [])})


def edit_between(field, value):
    """Somebody edits a field after the import has read the row, and before it writes."""
    from tests.factories import make_commune

    commune = make_commune(name="Avant", population=100)
    plan = population_plan(commune)
    setattr(commune, field, value)
    commune.save()
    return {"refusal": write(plan), **stored(commune)}


def edit_during(field, value):
    """Somebody has edited a field and not committed yet when the import writes."""
    from django.db import connection, transaction

    from tests.factories import make_commune

    commune = make_commune(name="Avant", population=100)
    plan = population_plan(commune)
    refusals, may_write = [], Event()

    def run_import():
        may_write.wait(LIMIT)
        refusals.append(write(plan))
        connection.close()

    thread = Thread(target=run_import)
    thread.start()
    with transaction.atomic():
        type(commune).objects.filter(pk=commune.pk).update(**{field: value})
        may_write.set()
        wait_for_a_blocked_query(thread)
    thread.join(LIMIT)
    return {"refusal": refusals[0], **stored(commune)}


def stored(commune):
    commune.refresh_from_db()
    return {
        "name": commune.name,
        "folded_name": commune.folded_name,
        "population": commune.population,
    }


def merge_during():
    """Somebody edits an enterprise while its commune merges with another."""
    from django.db import connection, transaction

    from cress.base.imports import Difference, ImportPlan
    from territories.models import Commune
    from tests.factories import make_commune, make_enterprise

    old, new = make_commune(name="Ancienne"), make_commune(name="Nouvelle")
    enterprise = make_enterprise(name="La Ruche", commune=old)
    plan = ImportPlan({Commune: Difference([], [], [old])}, replaced={old: new})
    refusals, may_write = [], Event()

    def run_import():
        may_write.wait(LIMIT)
        refusals.append(write(plan))
        connection.close()

    thread = Thread(target=run_import)
    thread.start()
    with transaction.atomic():
        enterprise.name = "La Grande Ruche"
        enterprise.save()
        may_write.set()
        wait_for_a_blocked_query(thread)
    thread.join(LIMIT)
    enterprise = type(enterprise).objects.get()
    return {
        "refusal": refusals[0],
        "name": enterprise.name,
        "commune": enterprise.commune.name,
        "is_in_its_department": enterprise.department == enterprise.commune.department,
        "searched": enterprise.searched,
    }


SCENARIOS = {
    "another field before": lambda: edit_between("name", "Après"),
    "the same field before": lambda: edit_between("population", 150),
    "another field during": lambda: edit_during("name", "Après"),
    "the same field during": lambda: edit_during("population", 150),
    "merge": merge_during,
}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cress.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps({name: SCENARIOS[name]() for name in sys.argv[1:] or SCENARIOS}))
