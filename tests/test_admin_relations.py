"""Relations in the admin: no link to change what others share, and no name made by Django."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.forms import ModelChoiceField

from tests.admin_pages import address, change_page, delete_together
from tests.factories import (
    DESK_FACTORIES,
    make_enterprise,
    make_lever,
    make_person,
    make_resource,
    make_term,
    make_territory,
)
from tests.html import Document

# What Django puts beside a relation: pencil, cross, plus and eye.
LINKS = ["related-widget-wrapper-link", "change-related", "delete-related", "add-related"] + [
    "view-related",
    "icon-deletelink",
    "icon-changelink",
]


@pytest.mark.parametrize("client_name", ["admin_client", "manager_client", "editor_client"])
def test_no_form_has_links_beside_what_others_share(content, client_name, request):
    client = request.getfixturevalue(client_name)
    for make in DESK_FACTORIES.values():
        make()
    fields, pages = 0, 0
    for model in admin.site._registry:
        row = model.objects.first()
        for url in [change_page(row), address(model, "add")]:
            response = client.get(url)
            if response.status_code == 403:
                continue
            assert not [link for link in LINKS if link in response.text], url
            assert " object (" not in response.text, url
            if "adminform" in response.context:
                forms = [response.context["adminform"].form]
                for inline in response.context["inline_admin_formsets"]:
                    forms += [inline.formset.empty_form]
                fields += sum(
                    isinstance(field, ModelChoiceField)
                    for form in forms
                    for field in form.fields.values()
                )
            pages += 1

    assert pages >= 40
    assert fields >= 50


# Names


def rows_with_every_relation():
    """Return a row of each model that is at either end of a many-to-many, tied."""
    territory, lever, term = make_territory(), make_lever(), make_term()
    person, resource, enterprise = make_person(), make_resource(), make_enterprise()
    person.territories.add(territory)
    lever.terms.add(term)
    resource.levers.add(lever)
    enterprise.levers.add(lever)
    return [territory, lever, term, person, resource, enterprise]


def through_names():
    through = [
        model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created
    ]
    assert len(through) >= 7
    names = set()
    for model in through:
        names |= {model.__name__, str(model._meta.verbose_name)}
        names |= {str(model._meta.verbose_name_plural)}
    return {name.lower() for name in names}


def test_no_page_names_the_rows_that_tie_two_others(admin_client, django_user_model):
    rows = rows_with_every_relation()
    account = django_user_model.objects.create_user("camille", "c@cress.example")
    account.groups.add(1)
    rows += [account, account.groups.get()]
    names, swept = through_names(), 0

    for row in rows:
        pages = [
            admin_client.get(change_page(row)),
            admin_client.get(address(type(row), "history", row.pk)),
            admin_client.get(address(type(row), "changelist")),
            admin_client.get(address(type(row), "delete", row.pk)),
            delete_together(admin_client, [row]),
        ]
        for page in pages:
            if page.status_code == 403:
                continue
            text = Document(page.text).text.lower()
            assert " object (" not in text, row
            assert not {name for name in names if name in text}, row
            swept += 1

    assert swept >= 5 * 7


def test_every_row_has_a_name_of_its_own():
    """« Lever object (2) » is the name that Django gives to a row whose model gives none."""
    models = [model for model in apps.get_models() if model._meta.app_config.path.startswith("/")]
    ours = [model for model in models if not model.__module__.startswith("django.")]

    assert len(ours) > 30
    for model in ours:
        assert "__str__" in {name for each in model.__mro__[:-2] for name in vars(each)}, model
