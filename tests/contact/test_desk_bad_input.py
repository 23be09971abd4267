"""Addresses and forms of the desk that hold no number where one belongs, a NUL, or worse."""

from itertools import product

import pytest
from django.urls import reverse

from cress.contact.models import Mail, Message, Person, Reading, Route, Subject
from tests.contact.desk import do, do_together, page, read
from tests.factories import make_mail, make_message, make_person, make_route, make_staff

MODELS = [Message, Mail, Person, Subject, Route]
WRONG = ["rien", "\0", "1\0", "1,5", "-1", "9" * 30, "9" * 5_000, "", "[]", "%", "é", "２", "1_0"]
FEW = ["rien", "\0", "9" * 30, "1,5"]  # where many addresses are asked for
FILTERS = [
    "q",
    "o",
    "p",
    "all",
    "e",
    "dossier",
    "depart",
    "subject__id__exact",
    "territory__id__exact",
    "assigned_to__id__exact",
    "assigned_to__isnull",
    "profile__exact",
    "kind__exact",
    "received_at__gte",
    "received_at__lt",
    "created_at__gte",
    "reference__startswith",
    "pk__in",
    "in\0connu",
    "_facets",
    "_to_field",
    "_popup",
]


def admin_page(model, name, *keys):
    return reverse(f"admin:contact_{model._meta.model_name}_{name}", args=keys)


@pytest.fixture
def desk(db):
    message = make_message(assigned_to=make_staff())
    make_mail(message=message)
    make_route(person=make_person())
    return message


def assert_no_error(response, what):
    assert response.status_code < 500, what


@pytest.mark.parametrize("name", FILTERS)
def test_no_filter_of_a_list_gives_an_error(manager_client, desk, name):
    addresses = [admin_page(model, "changelist") for model in MODELS]
    addresses += [page("export"), page("statistics"), page("personal_data")]

    for url, value in product(addresses, FEW):
        assert_no_error(manager_client.get(url, {name: value}), (url, value))


@pytest.mark.parametrize("model", MODELS)
def test_no_key_in_an_address_gives_an_error(manager_client, desk, model):
    for name, value in product(["change", "history", "delete"], filter(None, WRONG)):
        for method in [manager_client.get, manager_client.post]:
            assert_no_error(method(admin_page(model, name, value)), (name, value))


@pytest.mark.parametrize(
    ("model", "action"),
    [(Message, "take"), (Message, "close"), (Message, "put_aside"), (Message, "merge")]
    + [(Mail, "send_again"), *[(model, "delete_selected") for model in [Person, Subject, Route]]],
)
@pytest.mark.parametrize("value", [*FEW, "１", "-1"], ids=lambda value: ascii(value[:12]))
def test_no_selection_gives_an_error_nor_changes_a_row(manager_client, desk, model, action, value):
    before = list(model.objects.order_by("pk").values())
    keys = [desk.pk, value] if model is Message else [value]
    values = {"action": action, "_selected_action": keys, "post": "yes", "sure": "oui"}

    response = manager_client.post(admin_page(model, "changelist"), values)

    assert_no_error(response, value)
    if not value.isdecimal() or len(value) > 18:
        refused = manager_client.get(response.url)
        assert "Ce choix de lignes n'a pas pu être lu. Recommencez." in read(refused)
        assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("value", WRONG, ids=lambda value: ascii(value[:12]))
def test_no_value_in_a_form_of_a_message_gives_an_error(manager_client, desk, value):
    forms = [
        ("answer", {"text": value, "answers_seen": value, "closes": value}),
        ("answer", {"text": "Bonjour", "answers_seen": value}),
        ("note", {"text": value + "\0"}),
        ("assign", {"user": value or "-"}),
        ("state", {"state": value}),
        ("split", {}),
        (value, {}),
    ]

    for name, sent in forms:
        assert_no_error(do(manager_client, desk, name, **sent), (name, sent))
    for sent in [{"do": "split", "message": value}, {"do": "erase", "email": value, "sure": value}]:
        assert_no_error(manager_client.post(desk.get_absolute_url(), sent), sent)
        assert_no_error(manager_client.post(page("personal_data"), sent), sent)

    assert not desk.entries.exists()
    assert Message.objects.get().assigned_to == desk.assigned_to


@pytest.mark.parametrize("value", WRONG, ids=lambda value: ascii(value[:12]))
@pytest.mark.parametrize("model", [Person, Subject, Route])
def test_no_value_in_a_form_of_the_contacts_gives_an_error(manager_client, desk, model, value):
    names = ["name", "role", "email", "telephone", "order", "account", "slug", "is_offered"]
    sent = dict.fromkeys([*names, "subject", "territory", "person"], value)
    key = model.objects.first().pk

    for url in [admin_page(model, "add"), admin_page(model, "change", key)]:
        assert_no_error(manager_client.post(url, sent), url)


@pytest.mark.parametrize("field", ["subject", "person", "\0"])
def test_no_autocomplete_gives_an_error(manager_client, desk, field):
    for model, value in product(["message", "route", "\0"], FEW):
        query = {"app_label": "contact", "model_name": model, "field_name": field}
        for sent in [{"term": value}, {"page": value}, {"term": value, "page": value}]:
            response = manager_client.get(reverse("admin:autocomplete"), query | sent)

            assert_no_error(response, (model, sent))


def test_a_reader_of_a_message_that_is_not_there_is_not_recorded(manager_client, desk):
    for key in [0, 10**18, 10**30]:
        assert manager_client.post(page("presence", key)).status_code == 404
    assert not Reading.objects.exists()


def test_a_good_selection_is_still_read(manager_client, desk):
    response = do_together(manager_client, "close", [desk])

    assert "Marqué « traité ». Messages : 1." in read(response)


def test_a_telephone_of_the_chamber_is_stored_with_plain_spaces_and_hyphens(manager_client):
    sent = {"name": "Chloé", "email": "chloe@cress.example", "order": "1"}
    pasted = "\u202a02\u00a038\u202f68\u201118\u201390\u202c"

    manager_client.post(admin_page(Person, "add"), sent | {"telephone": pasted})

    assert Person.objects.get().telephone == "02 38 68-18-90"
