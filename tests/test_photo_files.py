"""The files of photos: encoded before the transaction, restored when lost, and a full disk."""

import shutil
import threading
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django.asserts import assertContains

from enterprises.models import Photo
from enterprises.photos import check, renditions, store
from enterprises.photos.store import originals_folder, shown_folder
from tests import hostile_images as hostile
from tests.factories import make_enterprise
from tests.test_admin import change_page, filled_form
from tests.test_full_disk import no_file_may_grow
from tests.test_photos import DESCRIPTION, folder, send, served, shown_files, stored_photo

__all__ = ["folder"]  # a fixture

NEW = {"description": DESCRIPTION}


@contextmanager
def watched_encoding(monkeypatch):
    """Yield a list of (step, whether a transaction was open) for each decoding and encoding."""
    steps = []
    for module, name in [(check, "convert"), (store, "render")]:
        function = getattr(module, name)

        def watched(*arguments, name=name, function=function):
            steps.append((name, connection.in_atomic_block))
            return function(*arguments)

        monkeypatch.setattr(module, name, watched)
    yield steps


# Before the transaction


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_encoded_once_and_before_the_transaction(editor_client, monkeypatch):
    enterprise = make_enterprise()

    with watched_encoding(monkeypatch) as steps:
        response = send(editor_client, enterprise, hostile.save(hostile.draw()), **NEW)

    assert response.status_code == 302
    assert Photo.objects.get().enterprise == enterprise
    assert steps == [("convert", False), ("render", False)]


@pytest.mark.django_db(transaction=True)
def test_a_photo_published_again_is_encoded_before_the_transaction(editor_client, monkeypatch):
    photo = stored_photo(is_published=False)
    shutil.rmtree(shown_folder())

    with watched_encoding(monkeypatch) as steps:
        response = send(editor_client, photo.enterprise, is_published="on")

    assert response.status_code == 302
    assert Photo.objects.get().is_published
    assert steps == [("convert", False), ("render", False)]
    assert len(shown_files()) == 6


@pytest.mark.django_db(transaction=True)
def test_others_can_save_while_a_photo_is_encoded(editor_client, monkeypatch):
    """On SQLite the whole database is locked by one transaction."""
    enterprise, other = make_enterprise(), make_enterprise()
    encoding, saved = threading.Event(), threading.Event()

    def render(picture):
        encoding.set()
        assert saved.wait(60)  # seconds
        return renditions.render(picture)

    def save_the_other():
        assert encoding.wait(60)
        with transaction.atomic():
            other.name = "Autre nom"
            other.save()
        saved.set()
        connection.close()

    monkeypatch.setattr(store, "render", render)
    thread = threading.Thread(target=save_the_other)
    thread.start()
    response = send(editor_client, enterprise, hostile.save(hostile.draw()), **NEW)
    thread.join()

    assert saved.is_set()
    assert response.status_code == 302
    other.refresh_from_db()
    assert other.name == "Autre nom"


def test_a_visitor_without_rights_makes_the_site_encode_nothing(client, monkeypatch, db):
    upload = SimpleUploadedFile("photo.jpg", hostile.save(hostile.draw()))

    with watched_encoding(monkeypatch) as steps:
        client.post(change_page(make_enterprise()), {"photo-0-upload": upload})

    assert steps == []


def test_a_refused_form_leaves_no_file(editor_client, folder):
    content = hostile.save(hostile.draw())

    response = send(editor_client, make_enterprise(), content, description="IMG_1234.jpg")

    assert response.status_code == 200
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_page_with_another_error_saves_no_photo(editor_client):
    enterprise = make_enterprise()
    upload = SimpleUploadedFile("photo.jpg", hostile.save(hostile.draw()))
    values = {"photo-0-upload": upload, "photo-0-description": DESCRIPTION, "name": ""}
    url = change_page(enterprise)

    response = editor_client.post(url, filled_form(editor_client.get(url), **values))

    assert response.status_code == 200
    assert not Photo.objects.exists()


def test_a_full_disk_is_reported_in_french_and_changes_nothing(editor_client, caplog):
    enterprise = make_enterprise()
    url = change_page(enterprise)
    upload = SimpleUploadedFile("photo.jpg", hostile.save(hostile.draw()))
    values = filled_form(
        editor_client.get(url), **{"photo-0-upload": upload, "photo-0-description": DESCRIPTION}
    )

    with no_file_may_grow():
        response = editor_client.post(url, values)

    assertContains(response, "le disque du site est plein")
    assertContains(response, f'value="{DESCRIPTION}"')
    assert not Photo.objects.exists()
    assert "cannot be written" in caplog.text


# The command that restores


def restore(*arguments):
    output = StringIO()
    call_command("restore_photos", *arguments, stdout=output)
    return output.getvalue()


def test_missing_files_are_listed_then_made_again(db):
    complete, damaged = stored_photo(), stored_photo(hostile.save(hostile.draw(800, 600)))
    before = shown_files()
    for path in shown_folder().glob(f"{damaged.digest}-480.*"):
        path.unlink()

    listed = restore()
    after_listing = shown_files()
    restored = restore("--apply")

    assert f"{damaged.enterprise.name}\u202f: 3 fichiers à refaire" in listed
    assert complete.enterprise.name not in listed
    assert "Photos à refaire\u202f: 1. Rien n’est changé" in listed
    assert len(after_listing) == len(before) - 3
    assert "Photos refaites\u202f: 1" in restored
    assert shown_files() == before
    assert restore("--apply") == "Photos refaites\u202f: 0\n"


def test_all_media_can_be_made_again(client, db):
    photos = [stored_photo(), stored_photo(hostile.lying(6), "photo.jpeg")]
    shutil.rmtree(shown_folder())

    restore("--apply")

    for photo in photos:
        assert len(served(photo)) == 7


def test_files_of_a_newer_encoder_have_new_names_that_the_photo_knows(db, monkeypatch):
    photo = stored_photo()
    shutil.rmtree(shown_folder())
    monkeypatch.setitem(renditions.FORMATS["jpg"], "quality", 50)

    restore("--apply")

    after = Photo.objects.get()
    assert after.digest != photo.digest
    assert len(served(after)) == 7


def test_a_photo_without_its_original_is_reported(db):
    lost, found = stored_photo(), stored_photo(hostile.save(hostile.draw(800, 600)))
    shutil.rmtree(shown_folder())
    (originals_folder() / lost.original).unlink()

    with pytest.raises(CommandError, match=lost.enterprise.name):
        restore("--apply")

    assert len(served(found)) == 7


def test_an_unpublished_photo_is_not_restored(db):
    stored_photo(is_published=False)
    shutil.rmtree(shown_folder())

    assert restore("--apply") == "Photos refaites\u202f: 0\n"
    assert not shown_folder().exists()
