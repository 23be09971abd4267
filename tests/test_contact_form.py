"""The contact form, as a visitor meets it: filled, refused, stored once, never lost."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from django.core import mail
from django.core.checks import run_checks
from django.core.signing import Signer
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cress.contact.models import Allowance, Mail, Message, Subject
from cress.contact.models.messages import REFERENCE_SIGNS
from cress.contact.stamps import new_stamp, renewed_stamp
from tests.factories import (
    make_commune,
    make_enterprise,
    make_intercommunality,
    make_lever,
    make_message,
    make_person,
    make_region,
    make_route,
    make_staff,
    make_subject,
    make_territory,
)
from tests.html import Document, plain

ADDRESS = "/contact/"
URLENCODED = "application/x-www-form-urlencoded"
STALE = "Cette page est restée ouverte longtemps. Votre texte est toujours là"
UNREADABLE = "Des caractères sont arrivés illisibles. Corrigez-les."
WRONG_EMAIL = "Cette adresse électronique est incomplète. Exemple : prenom.nom@commune.fr"
TOO_FAST = "envoyé trop vite pour avoir été écrit à la main"
LINE_BREAK = "un retour à la ligne là où le clavier n’en met pas"
FOREIGN_LETTERS = "un alphabet qui n’est pas le nôtre"
RUSSIAN = "Здравствуйте, предлагаем вам продвижение сайта по выгодной цене"
DAY = 24 * 3600  # seconds
NOON = 1_790_000_000 // DAY * DAY + DAY // 2  # of a day in UTC, in seconds


class Form(HTMLParser):
    """The form to write with: its controls, and what a browser would send as they are."""

    def __init__(self, response):
        super().__init__()
        self.controls = {}  # name: attributes
        self.values = {}
        self.options = {}  # name: the values to choose from
        self._textarea = self._select = None
        main = response.text.partition("<main")[2]
        self.feed(main[main.index("<form") : main.index("</form>")])

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name = attributes.get("name")
        if tag in {"input", "select", "textarea"}:
            self.controls[name] = attributes
            self.values[name] = attributes.get("value", "")
        if tag == "select":
            self._select, self.options[name] = name, []
        if tag == "textarea":
            self._textarea = name
        if tag == "option":
            self.options[self._select].append(attributes["value"])
            if "selected" in attributes:
                self.values[self._select] = attributes["value"]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.values[self._textarea] = self.values[self._textarea].removeprefix("\n")
            self._textarea = None

    def handle_data(self, data):
        if self._textarea:
            self.values[self._textarea] += data


def fields(**changes):
    """Return a valid message as a browser sends it; None takes a field out."""
    valid = {
        "stamp": renewed_stamp(),
        "name": "Jeanne Moreau",
        "email": "jeanne.moreau@commune.example",
        "telephone": "02 38 00 00 01",
        "profile": "elected",
        "organisation": "Mairie de Bourg",
        "commune": "",
        "territory": "",
        "subject": Subject.objects.first().pk,
        "about": "",
        "text": "Bonjour, comment soutenir l’épicerie du village ?",
        "trap": "",
    }
    return {name: value for name, value in (valid | changes).items() if value is not None}


def send(client, values, **extra):
    return client.post(ADDRESS, urlencode(values), content_type=URLENCODED, **extra)


def reference_in(response):
    return parse_qs(urlsplit(response["Location"]).query)["reference"][0]


def summary(response):
    """Return the summary of errors as it is read."""
    found = re.search(r'<div class="error-summary".*?</div>', response.text, re.DOTALL)
    return plain(Document(found[0]).text) if found else ""


def beside(response, name):
    """Return the error that is written beside a field."""
    found = re.search(rf'id="id_{name}_error".*?</p>', response.text, re.DOTALL)
    return plain(Document(f"<p {found[0]}").text) if found else ""


def assert_stored(response):
    """Check that the visitor is thanked for the one message there is, and return it."""
    assert response.status_code == 302, summary(response)
    message = Message.objects.get()
    assert reference_in(response) == message.reference
    return message


def assert_nothing_stored():
    assert not Message.objects.exists()
    assert not Mail.objects.exists()


def recipients():
    return sorted(Mail.objects.values_list("kind", "recipient"))


@pytest.fixture
def visitor(db):
    """A browser that no one knows, on a site that has a subject to write about."""
    make_subject(order=0)
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def clock(monkeypatch):
    """The hour by which messages are counted, standing still until a test moves it."""
    clock = SimpleNamespace(time=timezone.now())
    monkeypatch.setattr("cress.contact.limits.timezone", SimpleNamespace(now=lambda: clock.time))
    return clock


# The page


def test_every_field_has_a_label_that_points_at_it(visitor):
    document = Document(visitor.get(ADDRESS).text)

    labels = [a["for"] for tag, a in document.tags if tag == "label"]
    assert labels[0] == "recherche"  # of the site, in the header
    assert labels[1:] == [
        f"id_{name}"
        for name in [
            "name",
            "email",
            "telephone",
            "profile",
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


def test_the_browser_is_told_what_it_may_fill_in(visitor):
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


def test_no_hint_hides_in_a_field_and_no_browser_cuts_what_is_pasted(visitor):
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


def test_people_neither_see_nor_reach_the_field_for_robots(visitor):
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
    offered = make_subject(order=2)
    earlier = make_subject(order=1)
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


# What the address fills in


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


def test_the_page_at_home_leads_to_a_form_that_knows_the_commune(visitor):
    commune = make_commune()
    document = Document(visitor.get(commune.get_absolute_url()).text)
    [address] = [href for href in document.attributes("href") if href.startswith("/contact/?")]

    form = Form(visitor.get(address))

    assert form.values["commune"] == commune.label
    assert form.values["territory"] == str(commune.department.pk)


def test_a_page_of_the_site_leads_to_a_form_that_knows_it(visitor):
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


def test_what_the_address_fills_in_reaches_the_message(visitor):
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


def test_what_is_not_published_is_not_named_by_the_form(visitor):
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


# A message that is taken


def test_a_message_is_stored_whole_before_the_visitor_is_thanked(visitor):
    territory, subject = make_territory(), make_subject()

    response = send(
        visitor,
        fields(
            territory=territory.pk,
            subject=subject.pk,
            about="Levier",
            text="Bonjour,\r\n\r\n\tMerci 🙂",
        ),
    )

    message = assert_stored(response)
    assert response["Location"] == f"{ADDRESS}merci/?reference={message.reference}"
    assert message.name == "Jeanne Moreau"
    assert message.email == "jeanne.moreau@commune.example"
    assert message.telephone == "02 38 00 00 01"
    assert message.profile == Message.Profile.ELECTED
    assert message.organisation == "Mairie de Bourg"
    assert message.territory == territory
    assert message.subject == subject
    assert message.about == "Levier"
    assert message.text == "Bonjour,\n\n\tMerci 🙂"
    assert message.state == Message.State.NEW
    assert message.suspicions == ""


def test_the_mails_of_a_message_wait_in_the_outbox_and_the_visitor_does_not(visitor):
    make_person(email="accueil@cress.example")

    send(visitor, fields())

    assert recipients() == [
        ("notification", "accueil@cress.example"),
        ("receipt", "jeanne.moreau@commune.example"),
    ]
    assert Mail.objects.waiting().count() == 2
    assert mail.outbox == []


def test_only_what_is_required_has_to_be_filled(visitor):
    optional = dict.fromkeys(["telephone", "organisation", "territory", "about", "trap"])

    response = send(visitor, fields(**optional))

    message = assert_stored(response)
    assert message.territory is None
    assert message.telephone == message.organisation == message.about == ""


def test_a_reference_can_be_read_over_the_telephone(visitor):
    reference = reference_in(send(visitor, fields()))

    assert re.fullmatch(rf"[{REFERENCE_SIGNS}]{{4}}-[{REFERENCE_SIGNS}]{{4}}", reference)
    assert not set(REFERENCE_SIGNS) & set("01IO")


def test_the_thanks_name_who_is_in_charge_and_the_reference(visitor):
    make_person(name="Chloé Collier")

    response = visitor.get(send(visitor, fields())["Location"])

    text = plain(Document(response.text).text)
    assert "Votre message est arrivé" in text
    assert "Chloé Collier s'en occupe." in text
    assert f"Référence : {Message.objects.get().reference}" in text
    assert Document(response.text).title.startswith("Message reçu")


def test_the_thanks_name_no_one_while_no_one_is_in_charge(visitor):
    response = visitor.get(send(visitor, fields())["Location"])

    text = plain(Document(response.text).text)
    assert "Votre message est arrivé Gardez cette référence" in text
    assert "s'en occupe" not in text
    assert "None" not in text


@pytest.mark.parametrize(
    "query",
    ["", "?reference=", "?reference=ABCD-2345", "?reference=%00", "?reference=%f0%9f%9a%80"]
    + ["?reference=" + "A" * 10_000, "?reference=%ff", "?autre=1"],
)
def test_the_thanks_without_a_known_reference_say_what_happens_when_one_writes(visitor, query):
    make_message(reference="K7QF-2MXD")

    response = visitor.get(f"{ADDRESS}merci/{query}")

    assert response.status_code == 200
    text = plain(Document(response.text).text)
    assert "Ce qui se passe ensuite" in text
    assert "Quand vous nous écrivez" in text
    assert "est arrivé" not in text
    assert "None" not in text


# Who receives it


RULES = ["both", "subject", "territory", "fallback"]


def make_rule(person, **keys):
    """Make a rule for these and nothing else: without any it is the fallback."""
    return make_route(person=person, **{"territory": None, "subject": None} | keys)


@pytest.mark.parametrize("strongest", range(len(RULES)), ids=RULES)
def test_the_most_precise_rule_decides_who_receives_a_message(visitor, strongest):
    territory, subject = make_territory(), make_subject()
    make_person(order=0)
    keys = {
        "both": {"territory": territory, "subject": subject},
        "subject": {"subject": subject},
        "territory": {"territory": territory},
        "fallback": {},
    }
    for rule in reversed(RULES[strongest:]):
        make_rule(make_person(email=f"{rule}@cress.example"), **keys[rule])
    make_rule(make_person(), territory=make_territory(), subject=subject)
    make_rule(make_person(), territory=territory, subject=make_subject())

    response = send(visitor, fields(territory=territory.pk, subject=subject.pk))

    expected = f"{RULES[strongest]}@cress.example"
    assert assert_stored(response).person.email == expected
    assert ("notification", expected) in recipients()
    assert len(recipients()) == 2


def test_a_rule_for_another_territory_or_subject_does_not_count(visitor):
    first = make_person(order=0)
    make_rule(make_person(), territory=make_territory())
    make_rule(make_person(), subject=make_subject())

    message = assert_stored(
        send(visitor, fields(territory=make_territory().pk, subject=make_subject().pk))
    )

    assert message.person == first


def test_a_message_about_no_territory_follows_no_rule_of_a_territory(visitor):
    subject, territory = make_subject(), make_territory()
    make_rule(make_person(), territory=territory, subject=subject)
    make_rule(make_person(), territory=territory)
    in_charge = make_person()
    make_rule(in_charge)

    message = assert_stored(send(visitor, fields(subject=subject.pk)))

    assert message.person == in_charge


def test_without_a_rule_the_first_person_of_the_list_receives_it(visitor):
    make_person(order=2)
    first = make_person(order=1)

    message = assert_stored(send(visitor, fields()))

    assert message.person == first


def test_without_anyone_the_message_is_kept_and_the_visitor_gets_a_receipt(visitor):
    message = assert_stored(send(visitor, fields()))

    assert message.person is None
    assert message.assigned_to is None
    assert recipients() == [("receipt", "jeanne.moreau@commune.example")]


def test_the_account_of_who_is_in_charge_gets_the_message(visitor):
    account = make_staff()
    make_person(order=0)
    make_rule(make_person(account=account))

    message = assert_stored(send(visitor, fields()))

    assert message.assigned_to == account


def test_a_person_without_an_account_is_told_and_no_one_has_the_message(visitor):
    person = make_person()

    message = assert_stored(send(visitor, fields()))

    assert message.person == person
    assert message.assigned_to is None


def recipient_warnings():
    found = run_checks(tags=["database"], databases=["default"])
    return [plain(warning.msg) for warning in found if warning.id == "contact.W001"]


def test_the_check_is_silent_when_a_rule_takes_what_no_other_does(db):
    make_rule(make_person())

    assert recipient_warnings() == []


def test_the_check_names_who_receives_messages_without_a_rule(db):
    make_person(order=2)
    make_person(order=1, name="Chloé Collier")
    make_rule(make_person(order=3), subject=make_subject())

    [warning] = recipient_warnings()

    assert "ils vont à Chloé Collier, première personne de la liste." in warning


def test_the_check_says_that_no_one_is_told_of_messages(db):
    [warning] = recipient_warnings()

    assert "ils sont gardés, et personne n'en est averti." in warning


# What is missing


REQUIRED = {
    "name": ("Votre nom", "Écrivez votre nom."),
    "email": ("Votre adresse électronique", "Écrivez votre adresse électronique."),
    "profile": ("Vous êtes", "Dites qui vous êtes."),
    "subject": ("Objet de votre message", "Choisissez un objet."),
    "text": ("Votre message", "Écrivez votre message."),
}


@pytest.mark.parametrize("value", ["", "   ", None], ids=["empty", "spaces", "absent"])
@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_that_is_missing_is_told_above_and_beside_it(visitor, name, value):
    label, error = REQUIRED[name]
    if value == "   " and name in {"profile", "subject"}:
        value = ""

    response = send(visitor, fields(**{name: value}))

    assert response.status_code == 200
    assert f"{label} : {error}" in summary(response)
    assert summary(response).count(" : ") == 1
    assert beside(response, name) == f"Erreur : {error}"
    control = Form(response).controls[name]
    assert control["aria-invalid"] == "true"
    assert f"id_{name}_error" in control["aria-describedby"].split()
    assert_nothing_stored()


def test_only_the_fields_that_are_wrong_are_said_to_be(visitor):
    controls = Form(send(visitor, fields(name="", text=""))).controls

    assert [name for name, a in controls.items() if "aria-invalid" in a] == ["name", "text"]
    assert controls["name"]["aria-describedby"] == "id_name_error"
    assert controls["email"]["aria-describedby"] == "id_email_helptext"


def test_a_field_with_a_hint_and_an_error_is_described_by_both(visitor):
    response = send(visitor, fields(email="jeanne"))

    described = Form(response).controls["email"]["aria-describedby"].split()
    assert described == ["id_email_helptext", "id_email_error"]
    assert set(described) <= set(Document(response.text).attributes("id"))


def test_the_summary_takes_the_focus_and_leads_to_each_field(visitor):
    response = send(visitor, {"stamp": renewed_stamp()})

    document = Document(response.text)
    [box] = [a for _, a in document.tags if a.get("id") == "erreurs"]
    assert box["tabindex"] == "-1"
    assert "autofocus" in box
    assert box["aria-labelledby"] in document.attributes("id")
    links = re.search(r'<div class="error-summary".*?</div>', response.text, re.DOTALL)[0]
    targets = [href.removeprefix("#") for href in Document(links).attributes("href")]
    assert targets == [f"id_{name}" for name in REQUIRED]
    assert set(targets) <= set(document.attributes("id"))
    assert plain(document.title).startswith("Erreur : Contact")


def test_the_page_without_an_error_takes_no_focus_and_says_no_error(visitor):
    document = Document(visitor.get(ADDRESS).text)

    assert "erreurs" not in document.attributes("id")
    assert "autofocus" not in [name for _, a in document.tags for name in a]
    assert document.title.startswith("Contact")


def test_what_was_typed_is_kept_when_something_is_missing(visitor):
    typed = fields(
        territory=make_territory().pk,
        commune=make_commune().label,
        name="",
        about="Levier",
        text='Une ligne\n\n"Une autre" <b>&amp; la fin',
    )

    response = send(visitor, typed)

    assert Form(response).values == {name: str(value) for name, value in typed.items()}


def test_a_page_with_an_error_keeps_its_stamp(visitor):
    stamp = new_stamp(age=3600)

    response = send(visitor, fields(stamp=stamp, name=""))

    assert Form(response).values["stamp"] == stamp


def test_what_is_mended_can_be_sent_at_once(visitor):
    page = send(visitor, fields(email="jeanne"))

    response = send(visitor, Form(page).values | {"email": "jeanne@commune.example"})

    assert assert_stored(response).state == Message.State.NEW


# The commune


@pytest.mark.parametrize(
    "typed", ["saint-doulchard", "St Doulchard", "18230", "18205", "SAINT DOULCHARD 18"]
)
def test_a_commune_that_is_certain_is_stored_with_its_department(visitor, typed):
    cher = make_territory(code="18")
    commune = make_commune(
        name="Saint-Doulchard", insee_code="18205", postcodes="18230", department=cher
    )

    message = assert_stored(send(visitor, fields(commune=typed)))

    assert (message.commune, message.territory) == (commune, cher)


def test_a_territory_that_was_chosen_stays(visitor):
    commune, region = make_commune(), make_region()

    message = assert_stored(send(visitor, fields(commune=commune.label, territory=region.pk)))

    assert (message.commune, message.territory) == (commune, region)


def test_the_message_goes_to_who_follows_the_department_of_the_commune(visitor):
    commune = make_commune()
    route = make_route(territory=commune.department)

    message = assert_stored(send(visitor, fields(commune=commune.label)))

    assert message.person == route.person


def test_a_commune_that_may_be_another_comes_back_with_its_namesakes_and_loses_nothing(visitor):
    one = make_commune(name="Vineuil")
    other = make_commune(name="Vineuil")
    typed = fields(commune="vineuil")

    response = send(visitor, typed)

    assert_refused(response, "commune")
    error = beside(response, "commune")
    assert "Précisez votre commune, par exemple " in error
    assert {one.label, other.label} <= set(re.findall(r"Vineuil \(\w+\)", error))
    assert " ou Vineuil" in error
    assert Form(response).values == {name: str(value) for name, value in typed.items()}
    assert assert_stored(send(visitor, typed | {"commune": one.label})).commune == one


def test_a_misspelt_commune_is_never_guessed(visitor):
    commune = make_commune(name="Romorantin")

    response = send(visitor, fields(commune="Romorentin"))

    assert_refused(response, "commune")
    assert f"par exemple {commune.label}." in beside(response, "commune")


def test_no_more_than_six_communes_are_named(visitor):
    for n in range(9):
        make_commune(name=f"Saint-Martin-{'abcdefghi'[n]}")

    error = beside(send(visitor, fields(commune="saint martin")), "commune")

    assert error.count("Saint-Martin-") == 6


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Paris", "Aucune commune"),
        ("75001", "Aucune commune"),
        ("x", "Écrivez au moins deux lettres."),
        ("😀", "Écrivez un nom avec des lettres"),
        ("a" * 10_000, "Écrivez au plus 100 caractères"),
        ("Bour\ufffdges", UNREADABLE),
        ("' OR 1=1 --", "Aucune commune"),
        ("CC du Val", "Aucune commune"),
    ],
)
def test_a_commune_that_is_not_known_is_refused_in_french(visitor, typed, said):
    make_commune(name="Mareuil", intercommunality=make_intercommunality(name="CC du Val"))

    response = send(visitor, fields(commune=typed))

    assert_refused(response, "commune")
    assert plain(said) in beside(response, "commune")


@pytest.mark.parametrize("typed", ["", "  ", "\u202e", "\u200b\u2060"])
def test_a_commune_without_a_visible_sign_is_none(visitor, typed):
    make_commune()

    assert assert_stored(send(visitor, fields(commune=typed))).commune is None


def test_the_same_words_from_another_commune_are_another_message(visitor):
    department = make_territory()
    for commune in [make_commune(department=department), make_commune(department=department)]:
        assert send(visitor, fields(commune=commune.label)).status_code == 302

    assert Message.objects.count() == 2


def test_a_commune_that_a_newer_vintage_drops_leaves_the_message(visitor):
    commune = make_commune()
    message = make_message(commune=commune, territory=commune.department)

    commune.delete()

    message.refresh_from_db()
    assert (message.commune, message.territory) == (None, commune.department)


# The stamp


def set_stamp_time(monkeypatch, seconds):
    monkeypatch.setattr("cress.contact.stamps.time", SimpleNamespace(time=lambda: seconds))


def stamp_at(monkeypatch, seconds):
    set_stamp_time(monkeypatch, seconds)
    return new_stamp()


def forged_stamps():
    good = renewed_stamp()
    return {
        "missing": None,
        "empty": "",
        "unsigned": good.partition(":")[0],
        "changed time": good.replace(good[0], "9", 1),
        "changed signature": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "other salt": Signer(salt="other").sign(good.partition(":")[0]),
        "no time": Signer(salt="cress.contact.stamp").sign("hier"),
        "text": "bonjour",
        "nul": "\0",
        "emoji": "🚀:🚀",
        "long": "1" * 10_000,
    }


@pytest.mark.parametrize("kind", forged_stamps())
def test_a_stamp_that_no_one_gave_keeps_the_text_and_one_more_click_sends_it(visitor, kind):
    typed = fields(stamp=forged_stamps()[kind])

    page = send(visitor, typed)

    assert page.status_code == 200
    assert STALE in summary(page)
    assert Document(page.text).title.startswith("Erreur")
    assert_nothing_stored()
    filled = Form(page).values
    assert filled["text"] == typed["text"]
    assert filled["name"] == typed["name"]
    assert assert_stored(send(visitor, filled)).state == Message.State.NEW


@pytest.mark.parametrize("age", [DAY + 60, 365 * DAY, -60, -365 * DAY])
def test_a_stamp_too_old_or_from_the_future_keeps_the_text_and_one_more_click_sends_it(
    visitor, age
):
    stamp = new_stamp(age=age)

    page = send(visitor, fields(stamp=stamp))

    assert STALE in summary(page)
    assert_nothing_stored()
    assert Form(page).values["stamp"] != stamp
    assert assert_stored(send(visitor, Form(page).values)).state == Message.State.NEW


def test_a_page_is_good_for_a_day_and_no_longer(visitor, monkeypatch, settings):
    stamp = stamp_at(monkeypatch, NOON)

    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_GREATEST_AGE + 1)
    too_late = send(visitor, fields(stamp=stamp))
    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_GREATEST_AGE)
    in_time = send(visitor, fields(stamp=stamp))

    assert STALE in summary(too_late)
    assert assert_stored(in_time).state == Message.State.NEW


def test_a_page_sent_faster_than_one_can_write_is_set_apart_with_the_reason(
    visitor, monkeypatch, settings
):
    make_person()
    stamp = stamp_at(monkeypatch, NOON)
    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_LEAST_AGE - 1)

    response = send(visitor, fields(stamp=stamp))

    message = assert_stored(response)
    assert message.state == Message.State.SUSPECT
    assert message.suspicions == TOO_FAST
    assert message.person is None
    assert recipients() == []


def test_a_page_sent_after_the_shortest_time_is_not_set_apart(visitor, monkeypatch, settings):
    stamp = stamp_at(monkeypatch, NOON)
    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_LEAST_AGE)

    response = send(visitor, fields(stamp=stamp))

    assert assert_stored(response).state == Message.State.NEW


def test_the_page_that_was_opened_carries_a_stamp_of_its_opening(visitor, monkeypatch):
    set_stamp_time(monkeypatch, NOON)
    opened = Form(visitor.get(ADDRESS)).values["stamp"]

    at_once = send(visitor, fields(stamp=opened))

    assert opened == new_stamp()
    assert assert_stored(at_once).suspicions == TOO_FAST


def test_a_stale_page_tells_what_is_missing_too(visitor):
    page = send(visitor, fields(stamp="", name=""))

    assert STALE in summary(page)
    assert "Votre nom : Écrivez votre nom." in summary(page)
    filled = Form(page).values | {"name": "Jeanne"}
    assert assert_stored(send(visitor, filled)).state == Message.State.NEW


def test_a_form_that_another_site_sends_is_stored_only_after_one_more_click(visitor):
    page = send(visitor, fields(), headers={"Sec-Fetch-Site": "cross-site"})

    assert page.status_code == 200
    assert "Votre navigateur dit que cet envoi vient d'un autre site." in summary(page)
    assert_nothing_stored()
    assert Form(page).values["text"] == fields()["text"]
    again = send(visitor, Form(page).values, headers={"Sec-Fetch-Site": "same-origin"})
    assert assert_stored(again).state == Message.State.NEW


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none", ""])
def test_a_form_that_this_site_sends_is_stored_at_once(visitor, site):
    response = send(visitor, fields(), headers={"Sec-Fetch-Site": site})

    assert_stored(response)


# Spam


LINKS = "Voyez https://a.example, http://b.example"
SPAM = {
    "the field for robots": ({"trap": "x"}, "le champ caché aux personnes est rempli"),
    "three links": ({"text": f"{LINKS} et www.c.example"}, "3 liens dans le message"),
    "links in capitals": ({"text": "HTTP://a HTTPS://b WWW.c WWW.d"}, "4 liens dans le message"),
    "a link tag": ({"text": 'Un <a href="x">lien</a>'}, "du code dans le message"),
    "a script": ({"text": "Un < SCRIPT>alert(1)</script>"}, "du code dans le message"),
    "a forum's link": ({"text": "Un [url=x]lien[/url]"}, "du code dans le message"),
    "an address that runs": ({"text": "Un javascript:alert(1)"}, "du code dans le message"),
    "code as a name": ({"name": "<img src=x>"}, "du code dans le message"),
    "another alphabet": ({"text": RUSSIAN}, FOREIGN_LETTERS),
    "a break in the name": ({"name": "Jeanne\r\nBcc: a@b.example"}, LINE_BREAK),
    "a break in the organisation": ({"organisation": "Mairie\nBcc: a@b.example"}, LINE_BREAK),
    "a break in the origin": ({"about": "Levier\r\nSubject: Gagnez"}, LINE_BREAK),
}


@pytest.mark.parametrize(("changes", "reason"), SPAM.values(), ids=SPAM)
def test_what_looks_like_spam_is_kept_apart_with_the_reason_and_mails_no_one(
    visitor, changes, reason
):
    make_person(account=make_staff())

    response = send(visitor, fields(**changes))

    message = assert_stored(response)
    assert message.state == Message.State.SUSPECT
    assert message.suspicions == reason
    assert message.person is None
    assert message.assigned_to is None
    assert recipients() == []


def test_every_reason_for_doubt_is_told_on_a_line(visitor, monkeypatch):
    stamp = stamp_at(monkeypatch, NOON)

    message = assert_stored(
        send(visitor, fields(stamp=stamp, trap="x", text=f"{LINKS} http://c <script>"))
    )

    assert message.suspicions.split("\n") == [
        "3 liens dans le message",
        "du code dans le message",
        "le champ caché aux personnes est rempli",
        TOO_FAST,
    ]


def test_who_sends_spam_is_thanked_like_anyone(visitor):
    response = visitor.get(send(visitor, fields(trap="x"))["Location"])

    assertContains(response, "Votre message est arrivé")


PLAIN_MESSAGES = {
    "two links": LINKS,
    "emoji and accents": "Où ça ? Là-bas, à l’Œuvre 🙂🙂🙂 – naïveté, 50 % ; « cœur »",
    "emoji alone": "👍🏽",
    "digits alone": "18 28 36",
    "a quotation in Arabic": "Le mot « تضامن » dit la solidarité ; comment le traduire au mieux ?",
    "signs of arithmetic": "Si a < b et b > c, alors ? <a@b.example>",
    "an address without its scheme": "cresscentre.org, ess-france.org, rtes.fr, avise.org",
    "a few lines": "Bonjour,\r\n\r\nMerci.\r\n",
}


@pytest.mark.parametrize("text", PLAIN_MESSAGES.values(), ids=PLAIN_MESSAGES)
def test_a_plain_message_is_not_taken_for_spam(visitor, text):
    message = assert_stored(send(visitor, fields(text=text)))

    assert message.suspicions == ""
    assert message.state == Message.State.NEW


def test_a_message_without_a_letter_is_not_taken_for_another_alphabet(visitor):
    message = assert_stored(send(visitor, fields(name="18", text="28 36 🙂")))

    assert message.state == Message.State.NEW


# A site without subjects


def test_while_no_subject_is_offered_the_form_asks_for_none_and_takes_messages(visitor):
    Subject.objects.update(is_offered=False)
    make_person(email="accueil@cress.example")

    page = visitor.get(ADDRESS)
    response = send(visitor, fields(subject=None))

    assert "subject" not in Form(page).controls
    assert assert_stored(response).subject is None
    assert ("notification", "accueil@cress.example") in recipients()


def test_a_message_without_a_subject_follows_no_rule_of_a_subject(visitor):
    Subject.objects.update(is_offered=False)
    territory, in_charge = make_territory(), make_person()
    make_rule(make_person(), subject=Subject.objects.first(), territory=territory)
    make_rule(make_person(), subject=Subject.objects.first())
    make_rule(in_charge, territory=territory)

    message = assert_stored(send(visitor, fields(subject=None, territory=territory.pk)))

    assert message.person == in_charge


def test_a_subject_that_is_withdrawn_while_one_writes_does_not_stop_the_message(visitor):
    typed = fields()
    Subject.objects.update(is_offered=False)

    response = send(visitor, typed)

    assert assert_stored(response).subject is None


# How much one may send


def other_words(n, **changes):
    """Return a message unlike the others, of someone else."""
    changes = {"text": f"Message numéro {n}.", "email": f"jeanne.{n}@commune.example"} | changes
    return fields(**changes)


def assert_limited(response, stored):
    """Check that the visitor keeps the text and is told when to come back."""
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Beaucoup de messages viennent d'arriver" in summary(response)
    assert "Votre texte est toujours là" in summary(response)
    assert Form(response).values["text"].startswith("Message numéro")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert Message.objects.count() == stored


def test_one_network_address_may_send_so_many_messages_an_hour(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 3

    taken = [send(visitor, other_words(n), REMOTE_ADDR="203.0.113.5") for n in range(3)]
    refused = send(visitor, other_words(3), REMOTE_ADDR="203.0.113.5")
    neighbour = send(visitor, other_words(4), REMOTE_ADDR="203.0.113.6")

    assert [response.status_code for response in taken] == [302, 302, 302]
    assert_limited(refused, stored=4)
    assert neighbour.status_code == 302


def test_one_electronic_address_may_send_so_many_messages_an_hour(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    email = "jeanne@commune.example"

    send(visitor, other_words(1, email=email), REMOTE_ADDR="203.0.113.5")
    refused = send(visitor, other_words(2, email=email.title()), REMOTE_ADDR="198.51.100.5")
    someone_else = send(visitor, other_words(3), REMOTE_ADDR="198.51.100.5")

    assert_limited(refused, stored=2)
    assert someone_else.status_code == 302


@pytest.mark.parametrize(
    ("first", "same_network", "elsewhere"),
    [
        ("203.0.113.5", "203.0.113.77", "203.0.114.5"),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:2:1::1"),
        ("::ffff:203.0.113.5", "203.0.113.77", "::ffff:203.0.114.5"),
        ("a-socket", "a-socket", "203.0.114.5"),
        ("", "", "203.0.114.5"),
    ],
)
def test_one_network_may_send_so_many_messages_an_hour(
    visitor, settings, first, same_network, elsewhere
):
    settings.CONTACT_LIMIT_PER_NETWORK = 1

    send(visitor, other_words(1), REMOTE_ADDR=first)
    refused = send(visitor, other_words(2), REMOTE_ADDR=same_network)
    accepted = send(visitor, other_words(3), REMOTE_ADDR=elsewhere)

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


@pytest.mark.parametrize(
    ("first", "same_sender", "neighbour"),
    [
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:2::1"),
        ("::ffff:203.0.113.5", "203.0.113.5", "::ffff:203.0.113.6"),
        ("a-socket", "a-socket", "another-socket"),
    ],
)
def test_one_sender_is_one_however_its_address_is_written(
    visitor, settings, first, same_sender, neighbour
):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    send(visitor, other_words(1), REMOTE_ADDR=first)
    refused = send(visitor, other_words(2), REMOTE_ADDR=same_sender)
    accepted = send(visitor, other_words(3), REMOTE_ADDR=neighbour)

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


def test_a_limit_of_nought_is_none(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = settings.CONTACT_LIMIT_PER_NETWORK = 0

    responses = [send(visitor, fields(text=f"Message {n}.")) for n in range(50)]

    assert {response.status_code for response in responses} == {302}
    assert Message.objects.count() == 50
    assert not Allowance.objects.exists()


def test_what_one_may_send_comes_back_bit_by_bit(visitor, settings, clock):
    settings.CONTACT_LIMIT_PER_ADDRESS = 2
    begun = clock.time

    def send_after(n, **time):
        clock.time = begun + timedelta(**time)
        return send(visitor, other_words(n))

    assert send_after(1, minutes=0).status_code == 302
    assert send_after(2, minutes=0).status_code == 302
    at_once = send_after(3, minutes=0)
    too_early = send_after(3, minutes=29, seconds=30)
    in_time = send_after(3, minutes=30)
    again = send_after(4, minutes=30)

    assert at_once["Retry-After"] == "1800"
    assert "envoyez-le de nouveau dans 30 minutes, ou appelez-nous" in summary(at_once)
    assert too_early["Retry-After"] == "30"
    assert "envoyez-le de nouveau dans une minute, ou" in summary(too_early)
    assert in_time.status_code == 302
    assert_limited(again, stored=3)


def test_silence_does_not_save_up_more_than_an_hour_allows(visitor, settings, clock):
    settings.CONTACT_LIMIT_PER_ADDRESS = 2
    send(visitor, other_words(1))
    clock.time += timedelta(days=7)

    statuses = [send(visitor, other_words(n)).status_code for n in range(2, 5)]

    assert statuses == [302, 302, 429]


def test_a_text_that_was_kept_can_be_sent_when_the_hour_has_passed(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    send(visitor, other_words(1))
    page = send(visitor, other_words(2))
    Allowance.objects.update(full_again_at=F("full_again_at") - timedelta(hours=1))

    response = send(visitor, Form(page).values)

    assert response.status_code == 302
    assert Message.objects.filter(text="Message numéro 2.", state="new").exists()


def test_what_is_refused_costs_nothing(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    send(visitor, other_words(1))
    before = list(Allowance.objects.order_by("pk").values())

    send(visitor, other_words(2))
    send(visitor, other_words(3, name=""))

    assert list(Allowance.objects.order_by("pk").values()) == before


def test_spam_is_counted_like_any_message(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    send(visitor, other_words(1, trap="x"))
    refused = send(visitor, other_words(2, trap="x"))

    assert_limited(refused, stored=1)


def test_no_address_is_stored_in_clear_where_messages_are_counted(visitor, settings):
    send(visitor, fields(email="jeanne@commune.example"), REMOTE_ADDR="203.0.113.5")

    keys = set(Allowance.objects.values_list("key", flat=True))
    settings.SECRET_KEY = settings.SECRET_KEY[::-1]
    Message.objects.all().delete()
    send(visitor, fields(email="jeanne@commune.example"), REMOTE_ADDR="203.0.113.5")
    other_keys = set(Allowance.objects.values_list("key", flat=True)) - keys

    assert len(keys) == len(other_keys) == 3  # a hash that needs our secret
    for key in keys:
        assert re.fullmatch(r"[0-9a-f]{64}", key)
    everything = [*Allowance.objects.values(), *Message.objects.values(), *Mail.objects.values()]
    assert "203.0.113" not in str(everything)
    assert "jeanne" not in str(list(Allowance.objects.values()))


def test_behind_a_proxy_only_what_it_wrote_itself_is_believed(visitor, settings):
    settings.BEHIND_PROXY = True
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    def send_from(n, forwarded):
        return send(visitor, other_words(n), REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    send_from(1, "1.1.1.1, 203.0.113.5")
    refused = send_from(2, "2.2.2.2,203.0.113.5")
    accepted = send_from(3, "1.1.1.1, 203.0.113.6")

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


def test_behind_a_proxy_that_says_nothing_its_own_address_counts(visitor, settings):
    settings.BEHIND_PROXY = True
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    send(visitor, other_words(1), REMOTE_ADDR="10.0.0.1")
    refused = send(visitor, other_words(2), REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="")
    accepted = send(visitor, other_words(3), REMOTE_ADDR="10.0.0.2")

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


def test_without_a_proxy_no_one_passes_for_someone_else(visitor, settings):
    settings.BEHIND_PROXY = False
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    def send_from(n, address, forwarded):
        return send(visitor, other_words(n), REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)

    send_from(1, "203.0.113.5", "1.1.1.1")
    refused = send_from(2, "203.0.113.5", "2.2.2.2")
    accepted = send_from(3, "203.0.113.6", "1.1.1.1")

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


# The same message twice


def test_two_clicks_make_one_message_with_one_reference_and_two_mails(visitor):
    make_person()
    typed = fields()

    first, second = send(visitor, typed), send(visitor, typed)

    assert assert_stored(first) == assert_stored(second)
    assert first["Location"] == second["Location"]
    assert len(recipients()) == 2


def test_two_clicks_cost_the_allowance_of_one(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    typed = fields()

    statuses = [send(visitor, typed).status_code for _ in range(3)]

    assert statuses == [302, 302, 302]


def test_the_same_words_from_two_pages_of_one_day_are_one_message(visitor, monkeypatch):
    stamps = [stamp_at(monkeypatch, NOON), stamp_at(monkeypatch, NOON + 3600)]
    set_stamp_time(monkeypatch, NOON + 2 * 3600)

    responses = [send(visitor, fields(stamp=stamp)) for stamp in stamps]

    assert assert_stored(responses[0]) == assert_stored(responses[1])


def test_the_same_words_on_another_day_are_another_message(visitor, monkeypatch):
    stamps = [stamp_at(monkeypatch, NOON - 13 * 3600), stamp_at(monkeypatch, NOON - 11 * 3600)]
    set_stamp_time(monkeypatch, NOON)

    references = {reference_in(send(visitor, fields(stamp=stamp))) for stamp in stamps}

    assert len(references) == Message.objects.count() == 2


CHANGED = {
    "name": "Jean Moreau",
    "email": "jean@commune.example",
    "telephone": "02 38 00 00 02",
    "profile": "agent",
    "organisation": "Mairie de Ville",
    "about": "Levier",
    "text": "Bonjour, comment soutenir l’épicerie du village ?!",
}


@pytest.mark.parametrize("name", [*CHANGED, "territory", "subject"])
def test_one_changed_field_makes_another_message(visitor, name):
    send(visitor, fields())
    make = {"territory": make_territory, "subject": make_subject}.get(name)

    send(visitor, fields(**{name: make().pk if make else CHANGED[name]}))

    assert Message.objects.count() == 2


# What no browser sends, or no one means


TEXT_FIELDS = ["name", "email", "telephone", "organisation", "about", "text"]
CHOICES = ["profile", "territory", "subject"]


def assert_refused(response, name=None, error=""):
    """Check that a page of the form says what is wrong with a field, and that nothing is kept."""
    assert response.status_code == 200
    assert summary(response).startswith("Votre message n'est pas encore parti")
    assert plain(error) in summary(response)
    if name:
        assert Form(response).controls[name]["aria-invalid"] == "true"
        assert plain(error) in beside(response, name)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert_nothing_stored()


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_a_nul_in_a_text_is_refused(visitor, name):
    value = str(fields()[name]) + "\0"

    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name)


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize(
    "value",
    ["\0", "1\0", "-1", "0", "autre chose", "9" * 10, "9" * 30, "9" * 5000, "1.5", "🚀", "1,2"]
    + ["[1]", "None", "\u202e1", "1; DROP TABLE contact_message", "\ufffd"],
    ids=lambda value: repr(value[:12]),
)
def test_a_choice_that_is_not_offered_is_refused(visitor, name, value):
    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name)


def test_the_country_is_no_territory_to_write_about(visitor):
    country = make_territory(kind="country", code="FR")

    response = send(visitor, fields(territory=country.pk))

    assert_refused(response, "territory")


def test_a_nul_in_the_field_for_robots_is_refused_without_an_error(visitor):
    response = send(visitor, fields(trap="\0"))

    assert response.status_code == 200
    assert_nothing_stored()


@pytest.mark.parametrize("name", ["name", "organisation", "about"])
def test_a_line_break_never_stays_in_a_line(visitor, name):
    message = assert_stored(send(visitor, fields(**{name: "Jeanne\r\nBcc: x@y.example\rTo: z"})))

    stored = getattr(message, name)
    assert stored == "Jeanne Bcc: x@y.example To: z"


@pytest.mark.parametrize(
    ("name", "error"),
    [("email", WRONG_EMAIL), ("telephone", "Un numéro de téléphone, comme 02 38 00 00 00.")],
)
@pytest.mark.parametrize("injected", ["\r\nBcc: a@b.fr", "\nBcc: a@b.fr", "\rCc:", "\n0"])
def test_a_line_break_in_an_address_or_a_number_is_refused(visitor, name, error, injected):
    response = send(visitor, fields(**{name: fields()[name] + injected}))

    assert_refused(response, name, error)


@pytest.mark.parametrize("name", ["profile", "subject", "territory"])
def test_a_line_break_in_a_choice_never_reaches_a_header(visitor, name):
    value = f"{fields()[name]}\r\nBcc: x@y.example"

    assert_refused(send(visitor, fields(**{name: value})), name)


@pytest.mark.parametrize("name", ["name", "organisation", "about", "text"])
def test_what_turns_or_hides_the_text_is_taken_out(visitor, name):
    unseen = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\x07\x1b\x9f"

    message = assert_stored(send(visitor, fields(**{name: f"{unseen}Je{unseen}anne{unseen}"})))

    assert getattr(message, name) == "Jeanne"
    assert message.state == Message.State.NEW


@pytest.mark.parametrize("name", ["name", "organisation", "about", "text"])
def test_emoji_and_rare_letters_are_kept(visitor, name):
    value = "Zoë Œuvray 👩‍🌾🇫🇷 𝒥 ÿ ẞ"

    message = assert_stored(send(visitor, fields(**{name: value})))

    assert getattr(message, name) == value


@pytest.mark.parametrize(
    "value", ["\u200b", "\ufeff \u2060", "\u202e\u202c", "\u00a0\u3000", "\x07"]
)
@pytest.mark.parametrize("name", ["name", "text"])
def test_signs_that_cannot_be_seen_are_no_text(visitor, name, value):
    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name, REQUIRED[name][1])


@pytest.mark.parametrize("name", ["name", "organisation", "about", "text"])
@pytest.mark.parametrize("value", [b"Val\xe9rie", b"\xff\xfe", b"\xf0\x9f", b"\xed\xa0\x80"])
def test_bytes_that_are_not_utf8_are_told_apart_and_the_rest_is_kept(visitor, name, value):
    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name, UNREADABLE)
    assert Form(response).values["email"] == fields()["email"]


@pytest.mark.parametrize("name", ["telephone", *CHOICES])
def test_bytes_that_are_not_utf8_elsewhere_are_refused(visitor, name):
    response = send(visitor, fields(**{name: b"\xe9"}))

    assert_refused(response, name)


WRONG_EMAILS = [
    "jeanne",
    "jeanne@",
    "@commune.example",
    "jeanne@commune",
    "jeanne@@commune.example",
    "jeanne moreau@commune.example",
    "jeanne@commune .example",
    "jeanne@commune..example",
    ".jeanne@commune.example",
    "jeanne.@commune.example",
    "jeanne@-commune.example",
    "jeanne@commune.example.",
    "jeanne@commune.example,jean@commune.example",
    "jeanne@commune.example;jean@commune.example",
    "Jeanne <jeanne@commune.example>",
    "mailto:jeanne@commune.example",
    "jeanne@commune,example",
    "jeanne@commune_example.example",
    "jeanne@1",
    "jeanne@[1.2.3]",
    "jéanne@commune.example",
    "jeanne@" + "a" * 64 + ".example",
    "a" * 400 + "@commune.example",
]


@pytest.mark.parametrize("email", WRONG_EMAILS, ids=lambda email: ascii(email[:40]))
def test_an_electronic_address_that_cannot_be_right_is_refused(visitor, email):
    response = send(visitor, fields(email=email))

    assert_refused(response, "email", WRONG_EMAIL)
    assert Form(response).values["email"] == email


@pytest.mark.parametrize(
    "email",
    [
        "jeanne@mairie-orléans.example",
        "jeanne@xn--mairie-orlans-mhb.example",
        "jeanne+cress@commune.example",
        "o'neil@commune.example",
        "J.Moreau@Sous-Domaine.Commune.Example",
    ],
)
def test_an_electronic_address_that_is_rare_but_right_is_taken(visitor, email):
    message = assert_stored(send(visitor, fields(email=f"  {email} ")))

    assert message.email == email
    assert recipients() == [("receipt", email)]


LONGEST_EMAIL = "a" * 64 + "@" + ".".join(["b" * 63] * 2 + ["c" * 53, "example"])
LENGTHS = {
    "name": ("a" * 100, "Au plus 100 caractères."),
    "email": (LONGEST_EMAIL, "254 caractères"),
    "telephone": ("0" * 30, "30 caractères"),
    "organisation": ("é" * 150, "Au plus 150 caractères."),
    "about": ("🚲" * 1_000, "Au plus 1000 caractères."),
    "text": ("à\n" * 4_999 + "fi", "Au plus 10000 caractères."),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_text_of_the_greatest_length_is_taken_whole(visitor, name):
    longest, _ = LENGTHS[name]

    message = assert_stored(send(visitor, fields(**{name: longest.replace("\n", "\r\n")})))

    assert getattr(message, name) == longest


@pytest.mark.parametrize("name", LENGTHS)
def test_a_text_over_the_greatest_length_is_refused_and_kept_on_the_page(visitor, name):
    longest, error = LENGTHS[name]
    too_long = f"{longest[:1]}{longest}"

    response = send(visitor, fields(**{name: too_long}))

    assert_refused(response, name, error)
    assert Form(response).values[name] == too_long


def test_an_empty_body_asks_for_everything_in_french(visitor):
    response = send(visitor, {})

    assert_refused(response, error=STALE)
    for _, error in REQUIRED.values():
        assert error in summary(response)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"name": "Jeanne", "text": "Bonjour"}'),
        ("text/plain", "name=Jeanne\r\ntext=Bonjour"),
        ("application/octet-stream", b"\x00\xff"),
        ("", "name=Jeanne"),
        ("n'importe quoi", "name=Jeanne"),
    ],
)
def test_a_body_that_is_no_form_gives_the_form_back(visitor, content_type, body):
    response = visitor.generic("POST", ADDRESS, body, content_type=content_type)

    assert_refused(response, error=STALE)


def test_a_form_sent_as_multipart_is_taken(visitor):
    assert_stored(visitor.post(ADDRESS, fields()))


def test_a_file_in_the_form_is_left_aside(visitor):
    attached = BytesIO(b"\x00\xff")
    attached.name = "virus.exe"

    assert_stored(visitor.post(ADDRESS, fields() | {"file": attached}))


def test_fields_that_the_form_does_not_have_change_nothing(visitor):
    message = assert_stored(
        send(visitor, fields() | {"state": "done", "reference": "ABCD", "person": "1"})
    )

    assert message.state == Message.State.NEW
    assert message.reference != "ABCD"


def assert_bad_request(response, status=400, sentence="Le site n’a pas pu lire cet envoi"):
    assertContains(response, sentence, status_code=status)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies
    assert_nothing_stored()


@pytest.mark.parametrize("name", [*TEXT_FIELDS, *CHOICES, "stamp", "trap", "unknown"])
def test_two_values_for_one_field_are_refused(visitor, name):
    twice = [*fields().items(), *[(name, "x")] * 2]

    assert_bad_request(send(visitor, twice))


@pytest.mark.parametrize("charset", ["latin-1", "iso-8859-1", "utf-16", "cp1252"])
def test_a_form_in_another_encoding_is_refused(visitor, charset):
    response = visitor.post(
        ADDRESS, urlencode(fields()), content_type=f"{URLENCODED}; charset={charset}"
    )

    assert_bad_request(response)


@pytest.mark.parametrize("announced", [1, 5, 10_000])
def test_a_body_that_was_cut_on_its_way_is_refused(visitor, announced):
    body = urlencode(fields()).encode()
    environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body) + announced)}

    response = visitor.generic("POST", ADDRESS, body, content_type=URLENCODED, **environ)

    assert_bad_request(response)


def test_a_multipart_body_that_was_cut_on_its_way_is_refused(visitor):
    boundary = "--x\r\nContent-Disposition: form-data; name="
    body = "".join(f'{boundary}"{name}"\r\n\r\n{value}\r\n' for name, value in fields().items())
    body = body.encode()
    environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body) + 7)}

    response = visitor.generic(
        "POST", ADDRESS, body, content_type="multipart/form-data; boundary=x", **environ
    )

    assert_bad_request(response)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_multipart_body_without_a_boundary_is_refused(visitor, content_type):
    response = visitor.generic("POST", ADDRESS, b"--x\r\n", content_type=content_type)

    assert_bad_request(response)


def test_a_form_of_too_many_fields_is_refused(visitor):
    many = fields() | {f"champ{n}": n for n in range(1500)}

    assert_bad_request(send(visitor, many))


@pytest.mark.parametrize("as_multipart", [False, True])
def test_a_text_of_four_megabytes_is_refused_in_french(visitor, as_multipart):
    huge = fields(text="a" * 4_000_000)

    response = visitor.post(ADDRESS, huge) if as_multipart else send(visitor, huge)

    assert_bad_request(response, 413, "Cet envoi est trop volumineux")


def test_a_text_too_long_for_a_message_is_given_back_whole(visitor):
    text = "a" * 2_000_000

    response = send(visitor, fields(text=text))

    assert_refused(response, "text", "Au plus 10000 caractères.")
    assert Form(response).values["text"] == text


def test_markup_that_was_typed_is_shown_as_text(visitor):
    markup = '"><script>alert(1)</script>'
    names = ["name", "email", "telephone", "organisation", "commune", "about", "text"]
    typed = dict.fromkeys(names, markup)

    response = send(visitor, fields(**typed, profile=markup, subject=markup, stamp=markup))

    assert_refused(response, "email")
    assertNotContains(response, "<script>")


# When the database is away


def fail_with(monkeypatch, name, failure):
    def failing(*args, **kwargs):
        raise failure

    monkeypatch.setattr(name, failing)


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_a_site_without_its_database_says_that_it_comes_back(
    visitor, monkeypatch, django_assert_num_queries, failure
):
    fail_with(monkeypatch, "cress.contact.views.initial_values", failure)
    visitor.raise_request_exception = False

    with django_assert_num_queries(0):
        response = visitor.get(ADDRESS)

    assertContains(response, "Le site revient dans un instant", status_code=503)
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies


def test_a_message_that_could_not_be_stored_is_not_said_to_have_gone(visitor, monkeypatch):
    fail_with(monkeypatch, "cress.contact.views.intake.receive", OperationalError)
    visitor.raise_request_exception = False

    response = send(visitor, fields())

    assertContains(response, "il n’est pas parti", status_code=503)
    assert_nothing_stored()


@pytest.mark.parametrize("failure", [RuntimeError, DataError, IntegrityError, OSError])
def test_a_fault_of_ours_is_not_taken_for_a_database_that_is_away(visitor, monkeypatch, failure):
    fail_with(monkeypatch, "cress.contact.views.initial_values", failure)
    visitor.raise_request_exception = False

    response = visitor.get(ADDRESS)

    assertContains(response, "Le site a rencontré une erreur", status_code=500)
    assert "Retry-After" not in response


def test_a_message_is_not_stored_when_its_mails_cannot_be(visitor, monkeypatch):
    fail_with(monkeypatch, "cress.contact.intake.direct", OperationalError)
    visitor.raise_request_exception = False

    response = send(visitor, fields())

    assert response.status_code == 503
    assert_nothing_stored()
    assert not Allowance.objects.exists()


UNREACHABLE = [
    "j@a\u2028b.fr",
    "j@" + "é" * 63 + ".fr",
    b"j@orl\xe9ans.fr",
    "j@localhost",
    "j@[127.0.0.1]",
]


@pytest.mark.parametrize("email", UNREACHABLE, ids=ascii)
def test_an_address_that_no_mail_can_reach_is_refused(visitor, email):
    assert_refused(send(visitor, fields(email=email)), "email")


@pytest.mark.parametrize(
    "email", ["j@exem\u202eple.fr", "j@exemple.fr\u200b", "\ufeffj@exemple.fr"], ids=ascii
)
def test_an_address_is_stored_without_the_signs_that_cannot_be_seen(visitor, email):
    assert assert_stored(send(visitor, fields(email=email))).email == "j@exemple.fr"


@pytest.mark.parametrize(
    "sign",
    ["\u200e", "\u200f", "\u061c", "\u200d", "\u00ad", "\u2800", "\u3164", "\ufe0f"],
    ids=ascii,
)
def test_a_name_that_cannot_be_seen_is_no_name(visitor, sign):
    assert_refused(send(visitor, fields(name=sign)), "name", REQUIRED["name"][1])


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"], ids=ascii)
def test_line_breaks_of_all_systems_stay_line_breaks(visitor, line_break):
    message = assert_stored(send(visitor, fields(text=f"Bonjour{line_break}à vous")))

    assert message.text == "Bonjour\nà vous"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("203.0.113.5:1234", "203.0.113.5:5678"),
        ("[2001:db8::1]:443", "[2001:db8::1]:444"),
        ("2001:db8::1", "[2001:db8::1]:443"),
    ],
)
def test_a_proxy_that_writes_ports_does_not_defeat_the_limit(visitor, settings, first, second):
    settings.BEHIND_PROXY, settings.CONTACT_LIMIT_PER_ADDRESS = True, 1
    send(visitor, fields(email="une@commune.example"), headers={"X-Forwarded-For": first})

    response = send(
        visitor, fields(email="autre@commune.example"), headers={"X-Forwarded-For": second}
    )

    assert response.status_code == 429
