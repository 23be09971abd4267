"""What several tests stand on: a folder to write in, the shipped content, the staff."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client, override_settings


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory, django_test_environment):
    """
    Write everything in a folder of its own, with the static files production has.

    Pages then fail on a file that is not there. The override, unlike an assignment,
    makes Django forget the storages it has already built.
    """
    folder = tmp_path_factory.mktemp("data")
    with override_settings(
        DATA_DIR=folder, STATIC_ROOT=folder / "static", MEDIA_ROOT=folder / "media"
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(django_test_environment):
    """Hash passwords in no time: in production it is slow on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def content(db):
    """The content that the site ships with."""
    call_command("load_content", verbosity=0)


def client_of(group):
    """Return a client signed in as a member of the group, who is kept as `client.user`."""
    user = User.objects.create_user(username=group, email="equipe@cress.example", is_staff=True)
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
    """Someone of « Responsable », who also answers for accounts and legal texts."""
    return client_of("Responsable")
