"""The checks of the site before it serves: its settings, its identity, its database."""

import json
import re
import subprocess
import sys
from io import StringIO
from shutil import copy, copytree, ignore_patterns

import pytest
from django.conf import settings as project
from django.core.management import call_command

from cress.chamber.models import SiteIdentity
from tests.factories import make_identity
from tests.waits import LIMIT

LONG_KEY = "a-key-for-one-test-that-is-long-enough-and-looks-random-7g4Qx9"
OWNER_FIELDS = {
    "email": "adresse électronique",
    "address": "adresse postale",
    "legal_status": "forme juridique et numéros",
    "publisher": "directeur ou directrice de la publication",
    "host": "hébergeur",
    "data_licence": "licence des données",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The site's code in a folder without .env, as a server receives it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ["cress", "territories", "policies", "enterprises", "templates", "static"]:
        copytree(project.BASE_DIR / name, folder / name, ignore=ignore_patterns("__pycache__"))
    copy(project.BASE_DIR / "manage.py", folder)
    return folder


@pytest.fixture
def run(checkout, tmp_path):
    """Run Python on the checkout with these variables in its environment and no other."""

    def run_python(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=checkout,
            env={"DATA_DIR": str(tmp_path / "data"), "LANG": "C.UTF-8"} | environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )

    return run_python


def read_settings(run, *names, **environment):
    """Return settings as a new process reads them."""
    script = (
        "import json; from django.conf import settings;"
        f"print(json.dumps([getattr(settings, name) for name in {names}]))"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "cress.settings"} | environment
    process = run("-c", script, SECRET_KEY=LONG_KEY, **environment)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


# Identity of the site


def warnings_of_identity():
    errors = StringIO()
    call_command("check", databases=["default"], stdout=StringIO(), stderr=errors)
    return re.findall(r"\(chamber\.W001\) (.+)", errors.getvalue())


def test_the_check_names_each_field_of_the_identity_that_is_empty(content):
    identity = SiteIdentity.objects.get()
    empty = [name for field, name in OWNER_FIELDS.items() if not getattr(identity, field)]

    assert sorted(warnings_of_identity()) == sorted(
        f"Identité du site : « {name} » est vide." for name in empty
    )


def test_the_check_names_every_field_when_there_is_no_identity(db):
    assert len(warnings_of_identity()) == len(OWNER_FIELDS)
    assert not SiteIdentity.objects.exists()


@pytest.mark.parametrize(("field", "name"), OWNER_FIELDS.items())
def test_the_check_names_the_only_field_that_is_empty(db, field, name):
    given = dict.fromkeys(OWNER_FIELDS, "contact@cress.example")
    make_identity(**given | {field: ""})

    assert warnings_of_identity() == [f"Identité du site : « {name} » est vide."]


def test_a_complete_identity_causes_no_warning(db):
    make_identity(**dict.fromkeys(OWNER_FIELDS, "contact@cress.example"))

    assert warnings_of_identity() == []


def test_the_check_names_the_page_where_the_identity_is_edited(db):
    errors = StringIO()

    call_command("check", databases=["default"], stdout=StringIO(), stderr=errors)

    assert "La chambre et ses pages, Identité du site." in errors.getvalue()


def test_the_check_passes_before_the_first_migration(run):
    process = run("manage.py", "check", "--database", "default", SECRET_KEY=LONG_KEY)

    assert process.returncode == 0, process.stderr


# Settings


def test_the_site_is_ready_for_production(run):
    process = run(
        *["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        SECRET_KEY=LONG_KEY,
        ALLOWED_HOSTS="cress.example",
        SITE_URL="https://cress.example",
    )

    assert process.returncode == 0, process.stderr
    # These two concern the other sites of the chamber's domain; no other check is silenced.
    assert project.SILENCED_SYSTEM_CHECKS == ["security.W005", "security.W021"]
    assert "System check identified no issues (2 silenced)." in process.stdout


NOT_ADDRESSES = [
    "",
    "www.cress.example",
    "ftp://cress.example",
    "https://",
    "https://cress.example/site",
    "https://cress.example?page=1",
    "https://cress.example#top",
    "https://cress example",
    "https:cress.example",
    "https://nom@cress.example",
]


@pytest.mark.parametrize("site_url", NOT_ADDRESSES)
def test_the_check_for_production_refuses_an_address_that_is_empty_or_malformed(run, site_url):
    process = run(
        *["manage.py", "check", "--deploy"],
        SECRET_KEY=LONG_KEY,
        ALLOWED_HOSTS="cress.example",
        SITE_URL=site_url,
    )

    assert process.returncode != 0
    assert "site.E001" in process.stderr
    assert ("SITE_URL est mal formée" if site_url else "SITE_URL manque") in process.stderr
    assert "donnez l’adresse publique du site, comme https://www.example.org" in process.stderr


@pytest.mark.parametrize("site_url", ["", "https://cress.example/site"])
def test_the_server_refuses_an_address_that_is_empty_or_malformed(run, site_url):
    process = run("manage.py", "serve", SECRET_KEY=LONG_KEY, SITE_URL=site_url)

    assert process.returncode != 0
    [line] = process.stderr.splitlines()
    assert "donnez l’adresse publique du site, comme https://www.example.org" in line


@pytest.mark.parametrize(
    ("debug", "site_url", "expected"),
    [
        ("true", None, "http://127.0.0.1:8000"),
        ("false", None, ""),
        ("false", "https://cress.example/", "https://cress.example"),
        ("true", "https://cress.example", "https://cress.example"),
    ],
)
def test_the_address_has_a_default_in_development_only(run, debug, site_url, expected):
    environment = {"DEBUG": debug} | ({"SITE_URL": site_url} if site_url else {})

    assert read_settings(run, "SITE_URL", **environment) == [expected]


@pytest.mark.parametrize("environment", [{}, {"SECRET_KEY": ""}])
def test_the_site_does_not_start_without_a_secret_key(run, environment):
    process = run("manage.py", "check", **environment)

    assert process.returncode != 0
    assert "SECRET_KEY" in process.stderr.splitlines()[-1]


def test_the_settings_are_safe_by_default(run):
    names = [
        "DEBUG",
        "ALLOWED_HOSTS",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "SECURE_PROXY_SSL_HEADER",
    ]

    assert read_settings(run, *names) == [False, [], True, True, True, 2592000, None]


@pytest.mark.parametrize("value", ["False", "false", "0", "no", "off"])
def test_every_word_for_no_turns_debug_off(run, value):
    assert read_settings(run, "DEBUG", DEBUG=value) == [False]


def test_the_headers_of_a_proxy_are_read_only_when_the_site_is_behind_one(run):
    assert read_settings(run, "SECURE_PROXY_SSL_HEADER", BEHIND_PROXY="true") == [
        ["HTTP_X_FORWARDED_PROTO", "https"]
    ]


def test_the_site_writes_only_in_its_data_folder(run, tmp_path):
    data = str(tmp_path / "data")
    script = (
        "from django.conf import settings as s;"
        "print(s.DATABASES['default']['NAME'], s.STATIC_ROOT, s.MEDIA_ROOT, sep='\\n')"
    )

    process = run("-c", script, SECRET_KEY=LONG_KEY, DJANGO_SETTINGS_MODULE="cress.settings")

    assert process.stdout.splitlines() == [
        f"{data}/cress.sqlite3",
        f"{data}/static",
        f"{data}/media",
    ]


def test_the_example_of_environment_names_every_variable_that_is_read():
    read = set()
    for path in sorted((project.BASE_DIR / "cress").rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        read |= set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', code))
        read |= set(re.findall(r'"([A-Z_]+)" in env\b', code))
        read |= set(re.findall(r'\bos\.environ(?:\.get\(|\[)\s*"([A-Z_]+)"', code))
    example = (project.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE)

    assert len(read) >= 14
    assert sorted(named) == sorted(read)


def test_the_example_of_environment_holds_no_secret():
    example = (project.BASE_DIR / ".env.example").read_text(encoding="utf-8")

    assert re.search(r"^SECRET_KEY=$", example, flags=re.MULTILINE)
    assert re.search(r"^DEBUG=false$", example, flags=re.MULTILINE)


def test_migrations_are_those_of_the_models(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Database


def test_a_sqlite_file_is_read_while_it_is_written(run):
    script = """
import django
django.setup()
from django.db import connection, transaction
with connection.cursor() as cursor:
    for name in ["foreign_keys", "busy_timeout", "journal_mode", "synchronous"]:
        print(name, cursor.execute(f"PRAGMA {name}").fetchone()[0])
connection.force_debug_cursor = True
with transaction.atomic():
    pass
print(connection.queries[0]["sql"])
"""

    process = run("-c", script, SECRET_KEY=LONG_KEY, DJANGO_SETTINGS_MODULE="cress.settings")

    assert process.stdout.splitlines() == [
        "foreign_keys 1",
        "busy_timeout 20000",
        "journal_mode wal",
        "synchronous 2",
        "BEGIN IMMEDIATE",
    ], process.stderr
