"""An e-mail address is no website, wherever an editor types one."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from pytest_django.asserts import assertContains

from cress.base.web.addresses import has_account
from enterprises.models import Enterprise
from tests.admin_pages import change_page, filled_form
from tests.factories import make_enterprise

REFUSAL = "C’est une adresse électronique, ou une adresse avec un nom de compte"


@pytest.mark.parametrize("typed", ["contact@ruche.example", "https://contact:x@ruche.example/a"])
def test_an_editor_cannot_give_an_electronic_address_as_a_website(editor_client, typed):
    enterprise = make_enterprise()
    page = editor_client.get(change_page(enterprise))

    response = editor_client.post(change_page(enterprise), filled_form(page, website=typed))

    assertContains(response, REFUSAL)
    assert Enterprise.objects.get().website == ""


def test_every_address_that_the_staff_type_is_checked(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    swept = []
    for model, options in admin.site._registry.items():
        if not options.has_add_permission(request):
            continue
        fields = options.get_form(request).base_fields
        for name in [f.name for f in model._meta.fields if isinstance(f, models.URLField)]:
            with pytest.raises(ValidationError, match=REFUSAL):
                fields[name].clean("a@b.example")
            swept.append(f"{model.__name__}.{name}")

    assert len(swept) >= 5, swept


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://ruche.example",
        "https://x.example/@nom",
        "https://x.example?a=b@c",
        "a@b.example",
    ],
)
def test_the_path_of_an_address_may_have_an_at_sign(url):
    assert not has_account(url)
