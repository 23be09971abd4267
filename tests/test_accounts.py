"""Accounts of the staff: what each role may do, and that nobody gives themselves more."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from cress.accounts.models import User
from tests.admin_pages import address, change_page, delete_together, save
from tests.factories import make_staff

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ((?:`\w+\.\w+` ?)+)\| ([\w ,]*) \| ([\w ,]*) \|$", re.MULTILINE)


def permissions_in_readme(column):
    """Return the permissions that a column of the README's table of roles gives (1 or 2)."""
    rows = ROW.findall(README)
    assert len(rows) >= 6
    return {
        permission_name(model, right)
        for models, *rights in rows
        for model in re.findall(r"[\w.]+", models)
        for right in filter(None, rights[column - 1].split(", "))
    }


def permission_name(label, right):
    app, _, model = label.partition(".")
    is_usual = right in {"view", "add", "change", "delete"}
    return f"{app}.{right}_{model}" if is_usual else f"{app}.{right.replace(' ', '_')}"


def permissions_of(group):
    permissions = Permission.objects.filter(group__name=group).select_related("content_type")
    return {f"{each.content_type.app_label}.{each.codename}" for each in permissions}


@pytest.mark.parametrize(("role", "column"), [("Rédaction", 1), ("Responsable", 2)])
def test_a_role_has_the_rights_that_the_readme_gives_it(db, role, column):
    assert permissions_of(role) == permissions_in_readme(column)
    assert len(permissions_of(role)) > 70


def test_every_model_of_the_readme_is_listed_once():
    models = [model for row in ROW.findall(README) for model in re.findall(r"[\w.]+", row[0])]

    assert len(set(models)) == len(models) >= 25


def test_migrate_gives_a_role_back_its_exact_rights(db):
    group = Group.objects.get(name="Rédaction")
    before = permissions_of("Rédaction")
    group.permissions.remove(Permission.objects.get(codename="change_lever"))
    group.permissions.add(Permission.objects.get(codename="change_siteidentity"))

    call_command("migrate", verbosity=0)

    assert permissions_of("Rédaction") == before


def test_there_are_two_groups(db):
    assert set(Group.objects.values_list("name", flat=True)) == {"Rédaction", "Responsable"}


def test_the_redaction_has_no_access_to_accounts(editor_client):
    account = User.objects.create_user("camille", "camille@cress.example", "d8-Hx2-pQ7")

    home = editor_client.get(reverse("admin:index"))
    answers = [
        editor_client.get(address(User, "changelist")),
        editor_client.get(address(User, "add")),
        editor_client.get(change_page(account)),
        editor_client.post(change_page(account), {"username": "autre"}),
        editor_client.post(address(User, "delete", account.pk), {"post": "yes"}),
        editor_client.post(
            reverse("admin:auth_user_password_change", args=[account.pk]),
            {"password1": "x4-Gf9-kW1", "password2": "x4-Gf9-kW1", "usable_password": "true"},
        ),
        editor_client.get(address(Group, "changelist")),
    ]

    assertNotContains(home, address(User, "changelist"))
    assert [answer.status_code for answer in answers] == [403] * 7
    account.refresh_from_db()
    assert account.username == "camille"
    assert account.check_password("d8-Hx2-pQ7")


def test_a_responsable_manages_an_account_from_its_creation_to_its_end(manager_client):
    values = {
        "username": "camille",
        "email": "camille@cress.example",
        "usable_password": "true",
        "password1": "d8-Hx2-pQ7",
        "password2": "d8-Hx2-pQ7",
    }
    redaction = Group.objects.get(name="Rédaction")

    added = manager_client.post(address(User, "add"), values)
    account = User.objects.get(username="camille")
    changed = save(manager_client, account, is_staff="on", groups=[redaction.pk], last_name="Roy")
    account.refresh_from_db()
    rights = [account.is_staff, account.last_name, list(account.groups.all())]
    renewed = manager_client.post(
        reverse("admin:auth_user_password_change", args=[account.pk]),
        {"password1": "x4-Gf9-kW1", "password2": "x4-Gf9-kW1", "usable_password": "true"},
    )
    account.refresh_from_db()
    deleted = manager_client.post(address(User, "delete", account.pk), {"post": "yes"})

    statuses = [answer.status_code for answer in [added, changed, renewed, deleted]]
    assert statuses == [302, 302, 302, 302]
    assert rights == [True, "Roy", [redaction]]
    assert account.check_password("x4-Gf9-kW1")
    assert not User.objects.filter(username="camille").exists()


def test_a_responsable_does_not_see_superusers(manager_client, admin_user):
    response = manager_client.get(address(User, "changelist"), {"q": admin_user.username})
    everyone = manager_client.get(address(User, "changelist"))

    assert response.context["cl"].result_count == 0
    assert list(everyone.context["cl"].result_list) == [manager_client.user]


def test_a_responsable_reaches_no_superuser_by_address(manager_client, admin_user):
    new_password = {"password1": "x4-Gf9-kW1", "password2": "x4-Gf9-kW1"}
    before = User.objects.get(pk=admin_user.pk)

    answers = [
        manager_client.get(change_page(admin_user)),
        manager_client.post(change_page(admin_user), {"username": "autre"}),
        manager_client.post(address(User, "delete", admin_user.pk), {"post": "yes"}),
        manager_client.get(address(User, "history", admin_user.pk)),
        manager_client.post(
            reverse("admin:auth_user_password_change", args=[admin_user.pk]),
            new_password | {"usable_password": "true"},
        ),
        delete_together(manager_client, [admin_user], post="yes"),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 302, 404, 200]
    after = User.objects.get(pk=admin_user.pk)
    assert (after.username, after.password) == (before.username, before.password)


@pytest.mark.parametrize("whose", ["their own", "another"])
def test_a_responsable_gives_no_power_of_a_superuser(manager_client, whose):
    account = (
        manager_client.user
        if whose == "their own"
        else User.objects.create_user("camille", "camille@cress.example")
    )
    add_group = Permission.objects.get(codename="add_group")

    opened = manager_client.get(change_page(account))
    saved = save(
        manager_client,
        account,
        is_superuser="on",
        user_permissions=[add_group.pk],
        first_name="Camille",
    )

    assertNotContains(opened, 'name="is_superuser"')
    assertNotContains(opened, 'name="user_permissions"')
    assert saved.status_code == 302
    account.refresh_from_db()
    assert account.first_name == "Camille"
    assert not account.is_superuser
    assert not account.user_permissions.exists()


def test_a_responsable_creates_no_superuser(manager_client):
    values = {
        "username": "camille",
        "email": "camille@cress.example",
        "usable_password": "true",
        "password1": "d8-Hx2-pQ7",
        "password2": "d8-Hx2-pQ7",
        "is_superuser": "on",
        "is_staff": "on",
    }

    manager_client.post(address(User, "add"), values)

    assert not User.objects.get(username="camille").is_superuser


def test_a_responsable_does_not_change_what_groups_may_do(manager_client):
    group = Group.objects.get(name="Responsable")

    response = manager_client.post(change_page(group), {"name": "Responsable", "permissions": []})

    assert response.status_code == 403
    assert group.permissions.exists()


def test_two_accounts_never_share_an_address_whatever_its_case(manager_client):
    make_staff(email="camille@cress.example")
    values = {
        "username": "camille",
        "email": "Camille@CRESS.example",
        "usable_password": "true",
        "password1": "d8-Hx2-pQ7",
        "password2": "d8-Hx2-pQ7",
    }

    response = manager_client.post(address(User, "add"), values)

    assertContains(response, "Un autre compte a déjà cette adresse électronique.")
    assert not User.objects.filter(username="camille").exists()
    with pytest.raises(IntegrityError):
        make_staff(email="CAMILLE@cress.example")


def test_a_superuser_makes_a_superuser(admin_client):
    account = User.objects.create_user("camille", "camille@cress.example")

    saved = save(admin_client, account, is_superuser="on", is_staff="on")

    assert saved.status_code == 302
    account.refresh_from_db()
    assert account.is_superuser
