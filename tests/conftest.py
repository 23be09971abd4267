"""Fixtures of several test files: a data folder, the shipped content, signed-in clients."""

import os

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.transaction import atomic
from django.test import Client, override_settings

from cress.accounts.models import User
from cress.base.history.operations import Operation
from cress.base.history.versions import is_version
from cress.base.kept import Kept
from cress.base.text.folding import fold
from cress.search.missed import missed_searches
from tests.prepared import Prepared


def pytest_xdist_auto_num_workers(config):
    """Run two processes more than there are cores: tests of servers wait more than they work."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items):
    """Leave out the tests that say nothing more on the database of this run."""
    items[:] = [
        item
        for item in items
        if not (mark := item.get_closest_marker("only_on")) or mark.args == (connection.vendor,)
    ]


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory, django_test_environment):
    """
    Write everything in a folder of its own, with the static files production has.

    Pages then fail on a file that is not there. The override, unlike an assignment,
    makes Django forget the storages it has already built.
    """
    folder = tmp_path_factory.mktemp("data")
    with override_settings(
        DATA_DIR=folder,
        STATIC_ROOT=folder / "static",
        MEDIA_ROOT=folder / "media",
        # Static files are looked up when asked for, not all read again by each Client.
        WHITENOISE_AUTOREFRESH=True,
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """What a first demonstration leaves, made once for all the processes of the run."""
    base = tmp_path_factory.getbasetemp()
    return Prepared(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture
def data(prepared, tmp_path):
    """A copy of the folder of data that a first demonstration leaves."""
    return prepared.data(tmp_path / "data")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(django_test_environment):
    """Hash passwords fast: in production the hash is slow on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def no_search_is_counted(monkeypatch):
    """Start no thread that writes while a test holds its own transaction."""
    monkeypatch.setattr(missed_searches, "start", lambda: None)


@pytest.fixture(autouse=True)
def content_types_are_read_again():
    """Forget what a test that was rolled back had made, and Django keeps in memory."""
    ContentType.objects.clear_cache()


def tables_of_versions():
    """A test that reads versions stores them itself: they would double what each test loads."""
    versions = {model._meta.db_table for model in apps.get_models() if is_version(model)}
    return versions | {Operation._meta.db_table}


def filled_tables():
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models if model._base_manager.exists()}


@pytest.fixture(scope="session")
def content_tables(django_db_setup, django_db_blocker):
    """
    Load the shipped content once; return the tables it fills, which are left empty.

    What they held is kept in a schema of its own, out of sight of the site.
    """
    new_schema = "ATTACH ':memory:' AS" if connection.vendor == "sqlite" else "CREATE SCHEMA"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"{new_schema} shipped")
        with atomic():
            filled_before = filled_tables()
            call_command("load_content", verbosity=0)
            tables = filled_tables() - filled_before
            for table in tables:
                cursor.execute(f"CREATE TABLE shipped.{table} AS SELECT * FROM {table}")
                cursor.execute(f"DELETE FROM {table}")
    return tables - tables_of_versions()


@pytest.fixture
def content(db, content_tables):
    """The content that the site ships with, as `load_content` loads it."""
    with connection.cursor() as cursor:
        for table in content_tables:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM shipped.{table}")


@pytest.fixture
def content_at_rest(content, monkeypatch):
    """
    The content, for a test that only reads it: what the site keeps in memory is kept.

    Otherwise a SQLite in memory, which cannot tell whether a row changed, is read at each search.
    """
    state = object()  # that of no other test
    monkeypatch.setattr(Kept, "_state", lambda kept: state)


def client_of(group):
    """Return a client signed in as a member of the group, who is kept as `client.user`."""
    user = User.objects.create_user(
        username=group, email=f"{fold(group)}@cress.example", is_staff=True
    )
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def editor_client(db):
    """Someone of « Rédaction », who edits the content."""
    return client_of("Rédaction")


@pytest.fixture
def manager_client(db):
    """Someone of « Responsable », who also manages accounts and legal texts."""
    return client_of("Responsable")
