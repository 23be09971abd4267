"""The page of the contact form, and the values that its address fills in."""

import re
from urllib.parse import quote, urlencode

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from cress.contact.models import Message, Subject
from tests.contact.form import (
    ADDRESS,
    Form,
    assert_nothing_stored,
    assert_stored,
    fields,
    send,
    summary,
)
from tests.factories import (
    make_commune,
    make_enterprise,
    make_lever,
    make_region,
    make_subject,
    make_territory,
)
from tests.html import Document, plain

# The page


def test_every_field_has_a_label_that_points_at_it(visitor):
    document = Document(visitor.get(ADDRESS).text)

    labels = [a["for"] for tag, a in document.tags if tag == "label"]
    assert [labels[0], labels[-1]] == ["recherche-menu", "recherche"]  # of the site
    assert labels[1:-1] == [
        f"id_{name}"
        for name in [
            "name",
            "profile",
            "email",
            "telephone",
            "organisation",
            "commune",
            "territory",
            "subject",
            "text",
            "trap",
        ]
    ]
    assert set(labels) <= set(document.attributes("id"))
    text = plain(document.text)
    for label in [
        "Votre nom",
        "Votre adresse électronique",
        "Votre téléphone (facultatif)",
        "Vous êtes",
        "Votre collectivité ou organisation (facultatif)",
        "Votre commune (facultatif)",
        "Territoire concerné (facultatif)",
        "Objet de votre message",
        "Votre message",
    ]:
        assert label in text


def test_the_fields_have_the_autocomplete_attributes(visitor):
    controls = Form(visitor.get(ADDRESS)).controls

    assert {name: a["autocomplete"] for name, a in controls.items() if "autocomplete" in a} == {
        "name": "name",
        "email": "email",
        "telephone": "tel",
        "organisation": "organization",
        "commune": "off",
        "trap": "off",
    }
    assert controls["email"]["type"] == "email"
    assert controls["telephone"]["type"] == "tel"


def test_no_field_has_a_placeholder_or_a_maxlength(visitor):
    controls = Form(visitor.get(ADDRESS)).controls

    assert not [name for name, a in controls.items() if "placeholder" in a]
    for name in ["name", "organisation", "commune", "about", "text"]:
        assert "maxlength" not in controls[name]


def test_a_hint_is_read_with_its_field(visitor):
    response = visitor.get(ADDRESS)

    controls = Form(response).controls
    assert controls["email"]["aria-describedby"] == "id_email_helptext"
    assert controls["telephone"]["aria-describedby"] == "id_telephone_helptext"
    assertContains(response, 'id="id_email_helptext"', count=1)
    assertContains(response, 'id="id_telephone_helptext"', count=1)


def test_the_field_for_robots_is_hidden_from_people(visitor):
    response = visitor.get(ADDRESS)

    assert re.search(r"<div hidden>.*name=\"trap\".*</div>", response.text)
    assert Form(response).controls["trap"]["tabindex"] == "-1"


def test_the_form_needs_no_script(visitor):
    response = visitor.get(ADDRESS)

    document = Document(response.text)
    assert [a["type"] for tag, a in document.tags if tag == "script"] == ["module"]
    assertContains(response, f'<form class="form" method="post" action="{ADDRESS}" novalidate>')


def test_the_region_comes_first_then_its_departments_and_never_the_country(visitor):
    cher = make_territory(code="18")
    ain = make_territory(code="01")
    region = make_region(code="24")
    make_territory(code="FR", kind="country")

    options = Form(visitor.get(ADDRESS)).options

    assert options["territory"] == ["", str(region.pk), str(ain.pk), str(cher.pk)]


def test_only_the_subjects_that_are_offered_can_be_chosen(visitor):
    offered = make_subject(order=3)
    earlier = make_subject(order=2)
    withdrawn = make_subject(is_offered=False)

    options = Form(visitor.get(ADDRESS)).options["subject"]
    response = send(visitor, fields(subject=withdrawn.pk))

    assert options == ["", str(Subject.objects.first().pk), str(earlier.pk), str(offered.pk)]
    assert "Objet de votre message : " in summary(response)
    assert_nothing_stored()


def test_no_page_of_the_form_is_kept_by_a_cache_nor_gives_a_cookie(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    pages = [
        (200, visitor.get(ADDRESS)),
        (200, visitor.head(ADDRESS)),
        (200, send(visitor, fields(name=""))),
        (302, send(visitor, fields())),
        (429, send(visitor, fields(text="Autre chose."))),
        (200, visitor.get(f"{ADDRESS}merci/")),
        (200, visitor.get(f"{ADDRESS}merci/?reference={Message.objects.get().reference}")),
    ]

    for status, response in pages:
        assert response.status_code == status
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert response["Content-Security-Policy"].startswith("default-src 'self';")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_the_form_is_only_read_and_sent(visitor, method):
    response = getattr(visitor, method)(ADDRESS)

    assert response.status_code == 405
    assert "default-src 'self'" in response["Content-Security-Policy"]


# Values from the address


def test_an_address_without_anything_opens_an_empty_form(visitor):
    form = Form(visitor.get(ADDRESS))

    assert {name for name, value in form.values.items() if value} == {"stamp"}
    assert form.controls["about"]["type"] == "hidden"


def test_the_address_chooses_the_territory_and_the_subject(visitor):
    territory = make_territory()
    make_territory()
    make_subject()
    subject = make_subject()

    form = Form(visitor.get(f"{ADDRESS}?territoire={territory.code}&objet={subject.slug}"))

    assert form.values["territory"] == str(territory.pk)
    assert form.values["subject"] == str(subject.pk)


def test_the_address_names_one_lever_or_several_in_a_field_that_can_be_corrected(visitor):
    one = make_lever(title="Soutenir l'emploi")
    other = make_lever(title="Acheter local")

    single = Form(visitor.get(f"{ADDRESS}?levier={one.slug}"))
    several = Form(visitor.get(f"{ADDRESS}?levier={other.slug}&levier={one.slug}"))

    assert plain(single.values["about"]) == "Levier « Soutenir l'emploi »"
    assert single.controls["about"]["type"] == "text"
    assert plain(several.values["about"]) == (
        "Levier « Soutenir l'emploi », levier « Acheter local »"
    )


def test_the_address_names_an_enterprise_and_its_territory(visitor):
    enterprise = make_enterprise(name="Isa Groupe")

    form = Form(visitor.get(f"{ADDRESS}?entreprise={enterprise.slug}"))

    assert plain(form.values["about"]) == "Entreprise « Isa Groupe »"
    assert form.values["territory"] == str(enterprise.department.pk)


def test_the_territory_of_the_address_counts_more_than_that_of_the_enterprise(visitor):
    enterprise, territory = make_enterprise(), make_territory()

    form = Form(visitor.get(f"{ADDRESS}?entreprise={enterprise.slug}&territoire={territory.code}"))

    assert form.values["territory"] == str(territory.pk)


def test_the_country_in_the_address_does_not_hide_the_territory_of_the_enterprise(visitor):
    enterprise = make_enterprise()
    make_territory(code="FR", kind="country")

    form = Form(visitor.get(f"{ADDRESS}?entreprise={enterprise.slug}&territoire=FR"))

    assert form.values["territory"] == str(enterprise.department.pk)


def test_the_address_names_a_commune_and_its_department(visitor):
    commune = make_commune(name="Les Aix-d'Angillon")

    form = Form(visitor.get(f"{ADDRESS}?commune={commune.insee_code}"))

    assert form.values["commune"] == f"Les Aix-d’Angillon ({commune.department.code})"
    assert form.values["territory"] == str(commune.department.pk)
    message = assert_stored(send(visitor, fields(commune=form.values["commune"])))
    assert message.commune == commune


def test_the_territory_of_the_address_counts_more_than_that_of_the_commune(visitor):
    commune, region = make_commune(), make_region()

    form = Form(visitor.get(f"{ADDRESS}?territoire={region.code}&commune={commune.insee_code}"))

    assert form.values["territory"] == str(region.pk)


def test_the_page_of_a_commune_links_to_a_form_that_is_filled_in(visitor):
    commune = make_commune()
    document = Document(visitor.get(commune.get_absolute_url()).text)
    addresses = [href for href in document.attributes("href") if href.startswith("/contact/?")]
    assert len(addresses) == 1  # below the page

    for address in addresses:
        form = Form(visitor.get(address))

        assert form.values["commune"] == commune.label
        assert form.values["territory"] == str(commune.department.pk)


def test_a_page_of_the_site_links_to_a_form_that_is_filled_in(visitor):
    territory = make_territory()
    lever = make_lever(title="Acheter local")
    enterprise = make_enterprise(name="Isa Groupe")

    def form_behind(page):
        document = Document(visitor.get(page.get_absolute_url()).text)
        [address] = [
            href
            for href in document.attributes("href")
            if href.startswith("/contact/?") and "objet=" not in href
        ]
        return Form(visitor.get(address)).values

    assert form_behind(territory)["territory"] == str(territory.pk)
    assert plain(form_behind(lever)["about"]) == "Levier « Acheter local »"
    assert plain(form_behind(enterprise)["about"]) == "Entreprise « Isa Groupe »"
    assert form_behind(enterprise)["territory"] == str(enterprise.department.pk)


def test_values_from_the_address_are_stored_in_the_message(visitor):
    territory, lever = make_territory(), make_lever(title="Acheter local")
    page = visitor.get(f"{ADDRESS}?territoire={territory.code}&levier={lever.slug}")
    filled = Form(page).values

    response = send(visitor, fields(territory=filled["territory"], about=filled["about"]))

    message = assert_stored(response)
    assert message.territory == territory
    assert plain(message.about) == "Levier « Acheter local »"
    assert message.state == Message.State.NEW


def test_many_levers_make_a_text_that_the_form_takes_back(visitor):
    levers = [make_lever(title=f"{n} " + "mot " * 25) for n in range(20)]

    address = f"{ADDRESS}?" + urlencode([("levier", lever.slug) for lever in levers])
    about = Form(visitor.get(address)).values["about"]
    response = send(visitor, fields(about=about))

    assert len(about) == 1000
    assert about.endswith("…")
    assert plain(assert_stored(response).about) == plain(about)


ADDRESS_KEYS = ["objet", "territoire", "commune", "levier", "entreprise", "feuille-de-route"]
ODD_VALUES = {
    "unknown": "inconnu",
    "empty": "",
    "nul": "\0",
    "emoji": "🚀",
    "long": "a" * 10_000,
    "spaces": "a b",
    "markup": "<script>alert(1)</script>",
    "line break": "18\n",
    "other digits": "١٨",
    "sign": "-1",
}


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
@pytest.mark.parametrize("name", ADDRESS_KEYS)
def test_an_odd_value_in_the_address_is_passed_over(visitor, name, value):
    make_territory(code="18")

    response = visitor.get(f"{ADDRESS}?{name}={quote(value)}")

    assert response.status_code == 200
    assert {name for name, found in Form(response).values.items() if found} == {"stamp"}
    assertNotContains(response, "alert(1)")


@pytest.mark.parametrize("name", ADDRESS_KEYS)
def test_bytes_that_are_no_text_in_the_address_are_passed_over(visitor, name):
    response = visitor.get(f"{ADDRESS}?{name}=%ff%fe")

    assert response.status_code == 200
    assert {name for name, found in Form(response).values.items() if found} == {"stamp"}


def test_a_value_that_comes_twice_counts_once_and_an_odd_one_is_no_obstacle(visitor):
    first, second = make_territory(code="18"), make_territory(code="28")
    lever = make_lever(title="Acheter local")

    twice = Form(visitor.get(f"{ADDRESS}?territoire=18&territoire=28"))
    after_an_odd_one = Form(visitor.get(f"{ADDRESS}?territoire=%00&territoire=28"))
    same_lever = Form(visitor.get(f"{ADDRESS}?levier={lever.slug}&levier=x&levier={lever.slug}"))

    assert twice.values["territory"] == str(first.pk)
    assert after_an_odd_one.values["territory"] == str(second.pk)
    assert plain(same_lever.values["about"]) == "Levier « Acheter local »"


def test_unpublished_content_is_not_named_by_the_form(visitor):
    lever = make_lever(title="Levier caché", is_published=False)
    enterprise = make_enterprise(name="Entreprise cachée", is_published=False)
    subject = make_subject(name="Objet retiré", is_offered=False)
    make_territory(code="FR", kind="country")

    response = visitor.get(
        f"{ADDRESS}?levier={lever.slug}&entreprise={enterprise.slug}"
        f"&objet={subject.slug}&territoire=FR"
    )

    assert response.status_code == 200
    assert {name for name, found in Form(response).values.items() if found} == {"stamp"}
    for hidden in ["Levier caché", "Entreprise cachée", "Objet retiré"]:
        assertNotContains(response, hidden)
