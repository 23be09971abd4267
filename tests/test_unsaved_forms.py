"""A form of the admin that was sent without a valid session or token comes back as typed."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from cress.accounts.models import User
from cress.base.unsaved import keeping
from cress.base.unsaved.admin import GivesBackText
from cress.base.unsaved.keeping import KEPT, MOST_BYTES, NOT_KEPT, OF_ANOTHER, TOO_LONG
from cress.base.unsaved.models import MOST_FORMS, UnsavedForm
from cress.contact.models import Entry
from enterprises.models import Enterprise
from policies.models import Action, Lever
from tests.admin_pages import address, change_page
from tests.factories import (
    make_action,
    make_enterprise,
    make_lever,
    make_message,
    make_staff,
    make_unsaved_form,
)
from tests.unsaved import end_session, opened_form, shown, sign_in, strict_client, text_of

TYPED = "L’eau, l’école : « écrire » vite, œuvrer bien.\r\nDeuxième ligne."
CAME_BACK = "Voici ce que vous aviez écrit"
ADD = "/admin/policies/lever/add/"


@pytest.fixture
def editor(editor_client):
    return strict_client(editor_client.user)


@pytest.fixture
def manager(manager_client):
    return strict_client(manager_client.user)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def refuse(client, url, **changes):
    """Fill a form in, end the session, send the form; return the answer."""
    values = opened_form(client, url, **changes)
    end_session(client)
    return client.post(url, values)


# The session is over


def test_what_was_typed_comes_back_after_the_session_and_is_saved_only_then(editor):
    lever = make_lever(title="Ancien titre", text="Ancien texte.")
    url = change_page(lever)

    refused = refuse(editor, url, title="Nouveau titre", text=TYPED)

    assert refused.status_code == 302
    assert refused.url.startswith("/admin/login/?next=")
    assert said(refused) == [KEPT]
    lever.refresh_from_db()
    assert (lever.title, lever.text) == ("Ancien titre", "Ancien texte.")

    page = sign_in(editor, editor.user, refused.url)

    assert CAME_BACK in text_of(page)
    assert shown(page)["title"] == "Nouveau titre"
    assert shown(page)["text"] == TYPED
    lever.refresh_from_db()
    assert lever.title == "Ancien titre"

    saved = editor.post(url, opened_form(editor, page.wsgi_request.get_full_path()))

    assert saved.status_code == 302
    lever.refresh_from_db()
    assert lever.title == "Nouveau titre"
    assert not UnsavedForm.objects.exists()


def test_a_new_row_comes_back_and_is_added_once(editor):
    refused = refuse(editor, ADD, title="Les jardins", slug="les-jardins", number="91")

    page = sign_in(editor, editor.user, refused.url)

    assert shown(page)["title"] == "Les jardins"
    assert not Lever.objects.exists()


def test_a_form_in_a_window_of_its_own_comes_back_there(editor):
    refused = refuse(editor, "/admin/policies/term/add/?_popup=1", name="SCOP", slug="scop")

    page = sign_in(editor, editor.user, refused.url)
    values = opened_form(editor, page.wsgi_request.get_full_path(), definition="Une société.")
    saved = editor.post("/admin/policies/term/add/", values | {"_popup": "1"})

    assert page.context["is_popup"]
    assert values["name"] == "SCOP"
    assert "popup_response" in saved.text
    assert not UnsavedForm.objects.exists()


def test_a_page_that_is_loaded_twice_loses_nothing(editor):
    refused = refuse(editor, ADD, title="Les jardins")
    page = sign_in(editor, editor.user, refused.url)

    again = editor.get(page.wsgi_request.get_full_path())

    assert shown(again)["title"] == "Les jardins"


def test_without_its_address_the_page_is_as_saved_and_offers_the_text(editor):
    lever = make_lever(title="Ancien titre")
    refused = refuse(editor, change_page(lever), title="Nouveau titre")
    sign_in(editor, editor.user, refused.url)

    page = editor.get(change_page(lever))

    assert shown(page)["title"] == "Ancien titre"
    assert "Lire ou reprendre le texte du" in text_of(page)
    key = UnsavedForm.objects.get().key
    assert shown(editor.get(f"{change_page(lever)}?_unsaved={key}"))["title"] == "Nouveau titre"


def test_a_text_that_one_gives_up_is_forgotten(editor):
    refused = refuse(editor, ADD, title="Les jardins")
    page = sign_in(editor, editor.user, refused.url)
    values = opened_form(editor, page.wsgi_request.get_full_path())

    answer = editor.post(
        reverse("forget_text", args=[UnsavedForm.objects.get().key]),
        {"csrfmiddlewaretoken": values["csrfmiddlewaretoken"]},
    )

    assert answer.url == ADD
    assert not UnsavedForm.objects.exists()
    assert CAME_BACK not in text_of(editor.get(ADD))


def test_rows_come_back_with_those_to_add_and_those_to_delete(editor):
    lever = make_lever()
    first, second = make_action(lever=lever, text="Un."), make_action(lever=lever, text="Deux.")
    values = {
        "actions-TOTAL_FORMS": "3",
        "actions-0-text": "Un, changé.",
        "actions-1-DELETE": "on",
        "actions-2-text": "Trois, nouveau.",
        "actions-2-order": "9",
        "actions-2-lever": str(lever.pk),
        "actions-__prefix__-text": "Le modèle d’une ligne.",
    }

    page = sign_in(editor, editor.user, refuse(editor, change_page(lever), **values).url)

    fields = shown(page)
    assert (fields["actions-TOTAL_FORMS"], fields["actions-INITIAL_FORMS"]) == ("3", "2")
    assert [fields[f"actions-{n}-text"] for n in range(3)] == [
        "Un, changé.",
        "Deux.",
        "Trois, nouveau.",
    ]
    assert fields["actions-1-DELETE"] is True
    assert Action.objects.count() == 2

    saved = editor.post(change_page(lever), opened_form(editor, page.wsgi_request.get_full_path()))

    assert saved.status_code == 302
    assert set(lever.actions.values_list("text", flat=True)) == {"Un, changé.", "Trois, nouveau."}
    assert first in lever.actions.all()
    assert second not in lever.actions.all()


def test_a_row_that_a_colleague_deleted_meanwhile_comes_back_as_a_new_one(editor):
    lever = make_lever()
    gone, stays = make_action(lever=lever, text="Un."), make_action(lever=lever, text="Deux.")
    values = {"actions-0-text": "Un, changé.", "actions-1-text": "Deux, changé."}
    refused = refuse(editor, change_page(lever), **values)
    gone.delete()

    page = sign_in(editor, editor.user, refused.url)
    saved = editor.post(change_page(lever), opened_form(editor, page.wsgi_request.get_full_path()))

    assert saved.status_code == 302
    texts = dict(lever.actions.values_list("text", "pk"))
    assert set(texts) == {"Un, changé.", "Deux, changé."}
    assert texts["Deux, changé."] == stays.pk


def test_a_row_that_is_gone_and_was_to_be_deleted_does_not_come_back(editor):
    lever = make_lever()
    gone = make_action(lever=lever, text="Un.")
    refused = refuse(editor, change_page(lever), **{"actions-0-DELETE": "on"})
    gone.delete()

    page = sign_in(editor, editor.user, refused.url)

    assert shown(page)["actions-TOTAL_FORMS"] == "0"


def test_files_are_not_kept_and_the_page_says_which(editor):
    enterprise = make_enterprise()
    upload = SimpleUploadedFile("atelier.jpg", b"not read", "image/jpeg")

    refused = refuse(
        editor, change_page(enterprise), name="Nouveau nom", **{"photo-0-upload": upload}
    )
    page = sign_in(editor, editor.user, refused.url)

    assert shown(page)["name"] == "Nouveau nom"
    assert "choisissez de nouveau : atelier.jpg" in text_of(page)
    assert b"not read" not in str(UnsavedForm.objects.get().fields).encode()


def test_passwords_are_never_kept(manager):
    url = address(User, "add")
    values = {"username": "camille", "password1": "Secret-4821", "password2": "Secret-4821"}

    refused = refuse(manager, url, email="camille@cress.example", **values)

    [kept] = UnsavedForm.objects.all()
    assert "Secret-4821" not in str(kept.fields)
    page = sign_in(manager, manager.user, refused.url)
    assert shown(page)["username"] == "camille"
    assert "Secret-4821" not in page.text
    assert "Le site ne garde pas les mots de passe" in text_of(page)
    assert not User.objects.filter(username="camille").exists()


@pytest.mark.parametrize("do", ["answer", "note"])
def test_what_one_was_writing_at_the_desk_comes_back(editor, do):
    message = make_message()
    page = editor.get(message.get_absolute_url())
    values = {"do": do, f"{do}-text": TYPED, "answer-closes": "on", "answer-answers_seen": "0"}
    form = page.text.partition(f'id="{do}-form"')[2]
    seal = form.partition('name="_seal" value="')[2].partition('"')[0]
    token = form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    end_session(editor)
    values |= {"_seal": seal, "csrfmiddlewaretoken": token}

    refused = editor.post(message.get_absolute_url(), values)
    page = sign_in(editor, editor.user, refused.url)

    assert not Entry.objects.exists()
    assert page.context["forms"][do]["text"].value() == TYPED
    assert CAME_BACK in text_of(page)
    form = page.text.partition(f'id="{do}-form"')[2]
    seal = form.partition('name="_seal" value="')[2].partition('"')[0]
    token = form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]

    saved = editor.post(
        message.get_absolute_url(), values | {"_seal": seal, "csrfmiddlewaretoken": token}
    )

    assert saved.status_code == 302
    assert Entry.objects.get().kind == do
    assert not UnsavedForm.objects.exists()


# The token is no longer the right one


def test_a_token_replaced_in_another_tab_brings_the_form_back_with_a_new_one(editor):
    lever = make_lever(title="Ancien titre")
    values = opened_form(editor, change_page(lever), title="Nouveau titre")
    end_session(editor)
    sign_in(editor, editor.user, "/admin/login/?next=/admin/")  # in another tab

    refused = editor.post(change_page(lever), values)
    page = editor.get(refused.url)

    assert refused.status_code == 302
    assert refused.url.startswith(f"{change_page(lever)}?_unsaved=")
    assert shown(page)["title"] == "Nouveau titre"
    saved = editor.post(change_page(lever), opened_form(editor, refused.url))
    assert saved.status_code == 302
    lever.refresh_from_db()
    assert lever.title == "Nouveau titre"


def test_a_form_without_any_cookie_comes_back(editor):
    values = opened_form(editor, ADD, title="Les jardins")
    editor.cookies.clear()

    refused = editor.post(ADD, values)

    assert shown(sign_in(editor, editor.user, refused.url))["title"] == "Les jardins"


def test_a_form_that_another_site_sends_is_refused_and_not_kept(editor):
    values = opened_form(editor, ADD, title="Les jardins")

    answer = editor.post(ADD, values, headers={"Origin": "https://ailleurs.example"})

    assert answer.status_code == 403
    assert not UnsavedForm.objects.exists()


@pytest.mark.parametrize("seal", ["", "faux", None])
def test_a_refused_token_without_a_good_seal_keeps_nothing(editor, seal):
    values = opened_form(editor, ADD, title="Les jardins")
    values |= {"_seal": seal or values["_seal"][:-3] + "abc", "csrfmiddlewaretoken": "b" * 64}

    answer = editor.post(ADD, values)

    assert answer.status_code == 403
    assert "Cette page a expiré" in answer.text
    assert not UnsavedForm.objects.exists()


def test_the_page_to_sign_in_is_skipped_by_one_who_signed_in_in_another_tab(editor):
    url = f"/admin/login/?next={ADD}%3F_unsaved%3Dx"

    answer = editor.post(url, {"username": "x", "password": "x", "csrfmiddlewaretoken": "b" * 64})

    assert (answer.status_code, answer.url) == (302, f"{ADD}?_unsaved=x")
    away = editor.post("/admin/login/?next=https://ailleurs.example/", {"username": "x"})
    assert (away.status_code, away.url) == (302, "/admin/")


def test_the_page_to_sign_in_is_shown_again_when_its_token_is_old(db):
    client = strict_client(make_staff())
    client.logout()

    answer = client.post(f"/admin/login/?next={ADD}", {"username": "x", "password": "x"})

    assert (answer.status_code, answer.url) == (302, f"/admin/login/?next={ADD}")
    assert "Cette page de connexion avait expiré" in text_of(client.get(answer.url))


# Whose form it was


def test_another_account_sees_nothing_and_the_text_waits_for_its_author(editor, manager):
    lever = make_lever(title="Ancien titre")
    refused = refuse(editor, change_page(lever), title="Nouveau titre")

    page = sign_in(editor, manager.user, refused.url)

    assert shown(page)["title"] == "Ancien titre"
    assert "Nouveau titre" not in page.text
    assert CAME_BACK not in text_of(page)
    key = UnsavedForm.objects.get().key
    assert manager.get(reverse("unsaved_text", args=[key])).status_code == 404
    token = opened_form(manager, ADD)["csrfmiddlewaretoken"]
    manager.post(reverse("forget_text", args=[key]), {"csrfmiddlewaretoken": token})
    assert UnsavedForm.objects.get().account == editor.user


def test_a_form_is_not_saved_in_the_name_of_an_account_that_took_the_session(editor, manager):
    lever = make_lever(title="Ancien titre")
    values = opened_form(editor, change_page(lever), title="Nouveau titre")
    token = opened_form(manager, change_page(lever))["csrfmiddlewaretoken"]

    answer = manager.post(change_page(lever), values | {"csrfmiddlewaretoken": token})

    assert said(answer) == [OF_ANOTHER]
    lever.refresh_from_db()
    assert lever.title == "Ancien titre"
    assert UnsavedForm.objects.get().account == editor.user


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_nothing_is_kept_for_an_account_that_may_no_longer_sign_in(editor, change):
    values = opened_form(editor, ADD, title="Les jardins")
    end_session(editor)
    User.objects.filter(pk=editor.user.pk).update(**change)

    answer = editor.post(ADD, values)

    assert said(answer) == [NOT_KEPT]
    assert not UnsavedForm.objects.exists()


def test_nothing_is_kept_for_an_account_that_was_deleted(editor):
    values = opened_form(editor, ADD, title="Les jardins")
    editor.user.delete()

    assert said(editor.post(ADD, values)) == [NOT_KEPT]
    assert not UnsavedForm.objects.exists()


def test_a_visitor_without_a_seal_stores_nothing(client, db):
    answer = client.post(ADD, {"title": "x" * 10_000})

    assert answer.url == f"/admin/login/?next={ADD}"
    assert not UnsavedForm.objects.exists()
    assert "messages" not in answer.cookies


def test_a_seal_is_worth_nothing_at_another_address(editor):
    values = opened_form(editor, ADD, title="Les jardins")
    end_session(editor)

    answer = editor.post(change_page(make_lever()), values)

    assert said(answer) == [NOT_KEPT]
    assert not UnsavedForm.objects.exists()


def test_a_seal_that_is_older_than_any_session_keeps_nothing(editor):
    values = opened_form(editor, ADD, title="Les jardins")
    end_session(editor)

    with override_settings(SESSION_COOKIE_AGE=-1):
        answer = editor.post(ADD, values)

    assert said(answer) == [NOT_KEPT]
    assert not UnsavedForm.objects.exists()


@pytest.mark.parametrize("values", [[], {"account": 1}, {"account": 1, "path": ADD, "clé": "x"}])
def test_a_seal_of_another_shape_keeps_nothing(editor, values):
    seal = signing.dumps(values, salt="cress.base.unsaved")
    form = opened_form(editor, ADD, title="Les jardins", _seal=seal)
    end_session(editor)

    assert said(editor.post(ADD, form)) == [NOT_KEPT]


# Bounds and bad input


def test_a_form_of_more_than_a_megabyte_is_said_to_be_too_long(editor):
    refused = refuse(editor, ADD, title="Les jardins", text="é" * (MOST_BYTES // 2 + 1))

    assert said(refused) == [TOO_LONG]
    assert not UnsavedForm.objects.exists()


def test_a_form_of_nearly_a_megabyte_comes_back(editor):
    text = "é" * (MOST_BYTES // 2 - 1000)

    page = sign_in(editor, editor.user, refuse(editor, ADD, text=text).url)

    assert shown(page)["text"] == text


def test_a_form_too_long_whose_token_is_refused_says_so_on_its_page(editor):
    values = opened_form(editor, ADD, text="a" * (MOST_BYTES + 1))
    values["csrfmiddlewaretoken"] = "b" * 64

    answer = editor.post(ADD, values)

    assert answer.url == ADD
    assert "trop long pour être gardé" in text_of(editor.get(ADD))


def test_nul_and_bytes_that_are_no_text_are_left_out(editor):
    values = opened_form(editor, ADD)
    end_session(editor)
    body = b"title=avant%00apr%E8s&text=%ED%A0%80&_seal=" + values["_seal"].encode()
    body += b"&csrfmiddlewaretoken=" + values["csrfmiddlewaretoken"].encode()

    refused = editor.generic("POST", ADD, body, content_type="application/x-www-form-urlencoded")
    page = sign_in(editor, editor.user, refused.url)

    assert shown(page)["title"] == "avantapr\ufffds"


def test_half_a_character_is_left_out(editor):
    assert keeping._storable("a\0b\ud800") == "ab?"


def test_values_that_the_form_refuses_come_back_with_what_is_wrong(editor):
    values = {"title": "x" * 500, "number": "9" * 40, "theme": "inconnu", "terms": ["x", "9" * 40]}

    page = sign_in(editor, editor.user, refuse(editor, ADD, **values).url)

    assert page.status_code == 200
    assert shown(page)["title"] == "x" * 500
    assert page.context["errors"]


def test_a_form_whose_rows_cannot_be_counted_comes_back(editor):
    lever = make_lever()
    make_action(lever=lever, text="Un.")
    values = {"actions-TOTAL_FORMS": "beaucoup", "actions-INITIAL_FORMS": "-1"}

    page = sign_in(editor, editor.user, refuse(editor, change_page(lever), **values).url)

    assert shown(page)["actions-0-text"] == "Un."


def test_a_form_that_has_changed_meanwhile_takes_what_it_can(editor):
    unsaved = make_unsaved_form(
        account=editor.user, fields={"title": ["Les jardins"], "ancien_champ": ["Un vieux texte."]}
    )

    page = editor.get(f"{ADD}?_unsaved={unsaved.key}")
    apart = editor.get(reverse("unsaved_text", args=[unsaved.key]))

    assert shown(page)["title"] == "Les jardins"
    assert "Un vieux texte." in text_of(apart)


def test_the_text_of_a_page_that_was_deleted_can_be_copied(editor):
    lever = make_lever()
    values = {"title": "Les jardins", "actions-TOTAL_FORMS": "1", "actions-0-text": "Semer."}
    refused = refuse(editor, change_page(lever), text=TYPED, **values)
    lever.delete()

    page = sign_in(editor, editor.user, refused.url)
    apart = editor.get(page.url)

    texts = dict(apart.context["texts"])
    assert texts["Titre"] == "Les jardins"
    assert texts["Texte"] == TYPED
    assert texts["Action 1, action"] == "Semer."
    assert "supprimée" in text_of(apart)


def test_the_text_of_a_form_that_one_may_no_longer_open_can_be_copied(editor):
    refused = refuse(editor, ADD, title="Les jardins")
    editor.user.groups.clear()

    page = sign_in(editor, editor.user, refused.url)

    apart = editor.get(page.url)
    assert "Les jardins" in text_of(apart)
    assert "Vous n'avez plus accès à ce formulaire" in text_of(apart)
    assert editor.get(ADD).status_code == 403


def test_two_tabs_come_back_each_with_its_text(editor):
    one, two = opened_form(editor, ADD, title="Un"), opened_form(editor, ADD, title="Deux")
    end_session(editor)
    refused = [editor.post(ADD, values) for values in (one, two)]

    first = sign_in(editor, editor.user, refused[0].url)
    second = editor.get(
        UnsavedForm.objects.get(fields__title=["Deux"]).path
        + "?_unsaved="
        + (UnsavedForm.objects.get(fields__title=["Deux"]).key)
    )

    assert shown(first)["title"] == "Un"
    assert shown(second)["title"] == "Deux"
    assert text_of(first).count("Lire ou reprendre le texte du") == 1


def test_a_form_sent_twice_is_kept_once_as_it_was_last(editor):
    values = opened_form(editor, ADD, title="Un")
    end_session(editor)
    editor.post(ADD, values)

    editor.post(ADD, values | {"title": "Deux"})

    assert UnsavedForm.objects.get().fields["title"] == ["Deux"]


def test_an_account_has_a_few_texts_and_the_oldest_goes(editor):
    other = make_unsaved_form()
    forms = [opened_form(editor, ADD, title=f"Texte {n}") for n in range(MOST_FORMS + 2)]
    end_session(editor)
    for values in forms:
        editor.post(ADD, values)

    kept = UnsavedForm.objects.filter(account=editor.user).order_by("pk")
    assert [row.fields["title"] for row in kept] == [
        [f"Texte {n}"] for n in range(2, MOST_FORMS + 2)
    ]
    assert UnsavedForm.objects.filter(pk=other.pk).exists()


def test_a_text_is_given_back_for_a_day_and_then_deleted(editor):
    just = timezone.now() - timedelta(hours=23, minutes=59)
    late = timezone.now() - timedelta(days=1, seconds=1)
    young = make_unsaved_form(account=editor.user, kept_at=just)
    old = make_unsaved_form(account=editor.user, kept_at=late)

    assert CAME_BACK in text_of(editor.get(f"{ADD}?_unsaved={young.key}"))
    assert CAME_BACK not in text_of(editor.get(f"{ADD}?_unsaved={old.key}"))
    assert editor.get(reverse("unsaved_text", args=[old.key])).status_code == 404

    list(keeping.forget())

    assert UnsavedForm.objects.get() == young


def test_a_text_fills_no_form_of_another_page(editor):
    unsaved = make_unsaved_form(account=editor.user, fields={"title": ["Les jardins"]})
    lever = make_lever(title="Ancien titre")

    page = editor.get(f"{change_page(lever)}?_unsaved={unsaved.key}")

    assert shown(page)["title"] == "Ancien titre"
    assert CAME_BACK not in text_of(page)


@pytest.mark.parametrize("key", ["x" * 5000, "a\0b", "é"])
def test_a_key_that_opens_nothing_shows_the_page_as_saved(editor, key):
    page = editor.get(ADD, {"_unsaved": key})

    assert page.status_code == 200
    assert CAME_BACK not in text_of(page)


def test_a_form_with_errors_keeps_its_key(editor):
    refused = refuse(editor, ADD, title="")
    page = sign_in(editor, editor.user, refused.url)
    values = opened_form(editor, page.wsgi_request.get_full_path())

    answer = editor.post(ADD, values)

    assert answer.status_code == 200
    assert UnsavedForm.objects.count() == 1
    assert signing.loads(answer.context["seal"], salt="cress.base.unsaved")["key"] == (
        UnsavedForm.objects.get().key
    )


def test_every_form_of_content_carries_a_seal(content, admin_client):
    swept = 0
    for model, model_admin in admin.site._registry.items():
        if not isinstance(model_admin, GivesBackText) or not (row := model.objects.first()):
            continue
        assert 'name="_seal"' in admin_client.get(change_page(row)).text, model
        swept += 1

    assert swept >= 25
    assert Enterprise.objects.exists()
