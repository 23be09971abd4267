"""
An import and another writer of the same rows, at the same time, on PostgreSQL.

    python -m tests.postgresql python -m tests.import_writers SCENARIO

prints what is stored in the end, as JSON. tests/test_import_writers.py runs it.
"""

import json
import os
import sys
import time
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
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
    return ImportPlan("Communes", {Commune: Difference([], [(seen, values)], [])})


def edit_between(field, value):
    """Somebody edits a field after the import has read the row, and before it writes."""
    from tests.factories import make_commune

    commune = make_commune(name="Avant", population=100)
    plan = population_plan(commune)
    setattr(commune, field, value)
    commune.save()
    return {"refusal": write(plan), **stored(commune)}


def import_beside(run_import, edit):
    """Edit in a transaction that commits once the import waits for it; return what it returns."""
    from django.db import connection, transaction

    results, may_write = [], Event()

    def run():
        may_write.wait(LIMIT)
        results.append(run_import())
        connection.close()

    thread = Thread(target=run)
    thread.start()
    with transaction.atomic():
        edit()
        may_write.set()
        wait_for_a_blocked_query(thread)
    thread.join(LIMIT)
    return results[0]


def edit_during(field, value):
    """Somebody has edited a field and not committed yet when the import writes."""
    from tests.factories import make_commune

    commune = make_commune(name="Avant", population=100)
    plan = population_plan(commune)
    communes = type(commune).objects.filter(pk=commune.pk)
    refusal = import_beside(lambda: write(plan), lambda: communes.update(**{field: value}))
    return {"refusal": refusal, **stored(commune)}


def stored(commune):
    commune.refresh_from_db()
    return {
        "name": commune.name,
        "folded_name": commune.folded_name,
        "population": commune.population,
    }


def merge_during():
    """Somebody edits an enterprise while its commune merges with another."""
    from cress.base.imports import Difference, ImportPlan
    from territories.models import Commune
    from tests.factories import make_commune, make_enterprise

    old, new = make_commune(name="Ancienne"), make_commune(name="Nouvelle")
    enterprise = make_enterprise(name="La Ruche", commune=old)
    plan = ImportPlan("Communes", {Commune: Difference([], [], [old])}, replaced={old: new})

    def edit():
        enterprise.name = "La Grande Ruche"
        enterprise.save()

    refusal = import_beside(lambda: write(plan), edit)
    enterprise = type(enterprise).objects.get(pk=enterprise.pk)
    return {
        "refusal": refusal,
        "name": enterprise.name,
        "commune": enterprise.commune.name,
        "is_in_its_department": enterprise.department == enterprise.commune.department,
        "has_new_words": {"grande", "nouvelle"} <= {*enterprise.words.split()}
        and "ancienne" not in enterprise.words.split(),
    }


def list_during():
    """Somebody edits a listed enterprise while a newer list is imported."""
    from enterprises.models import Enterprise
    from tests.factories import make_commune
    from tests.made_up_enterprises import made_up_siret

    siret, commune = made_up_siret(1), make_commune()

    def import_list(name, activity):
        with TemporaryDirectory() as folder:
            path = Path(folder, "liste.csv")
            cells = [siret, name, commune.insee_code, activity]
            path.write_text(f"siret;nom;code_insee;ape\n{';'.join(cells)}\n", encoding="utf-8")
            call_command("import_enterprises", str(path), "--apply", stdout=StringIO())

    import_list("La Ruche", "10.71C")
    enterprise = Enterprise.objects.get(siret=siret)

    def edit():
        enterprise.name = "La Ruche de l’équipe"
        enterprise.summary = "Une ruche."
        enterprise.save(update_fields=["name", "summary"])

    import_beside(lambda: import_list("RUCHE", "88.10A"), edit)
    enterprise.refresh_from_db()
    return {
        "name": enterprise.name,
        "summary": enterprise.summary,
        "activity_code": enterprise.activity_code,
    }


SCENARIOS = {
    "another field before": lambda: edit_between("name", "Après"),
    "the same field before": lambda: edit_between("population", 150),
    "another field during": lambda: edit_during("name", "Après"),
    "the same field during": lambda: edit_during("population", 150),
    "merge": merge_during,
    "list": list_during,
}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cress.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps({name: SCENARIOS[name]() for name in sys.argv[1:] or SCENARIOS}))
