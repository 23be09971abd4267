"""Helpers of the tests of the contact form."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core.checks import run_checks

from cress.contact.models import Mail, Message, Subject
from cress.contact.stamps import new_stamp, renewed_stamp
from tests.factories import make_route
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
    """The contact form of a page: its controls, and the values that a browser would send."""

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
    """Return the text of the summary of errors."""
    found = re.search(r'<div class="error-summary".*?</div>', response.text, re.DOTALL)
    return plain(Document(found[0]).text) if found else ""


def beside(response, name):
    """Return the error beside a field."""
    found = re.search(rf'id="id_{name}_error".*?</p>', response.text, re.DOTALL)
    return plain(Document(f"<p {found[0]}").text) if found else ""


def assert_stored(response):
    """Check that one message is stored and that the answer redirects to its thanks; return it."""
    assert response.status_code == 302, summary(response)
    message = Message.objects.get()
    assert reference_in(response) == message.reference
    return message


def assert_nothing_stored():
    assert not Message.objects.exists()
    assert not Mail.objects.exists()


def recipients():
    return sorted(Mail.objects.values_list("kind", "recipient"))


def make_rule(person, **keys):
    """Make a rule for these and nothing else: without any it is the fallback."""
    return make_route(person=person, **{"territory": None, "subject": None} | keys)


def recipient_warnings():
    found = run_checks(tags=["database"], databases=["default"])
    return [plain(warning.msg) for warning in found if warning.id == "contact.W001"]


REQUIRED = {
    "name": ("Votre nom", "Écrivez votre nom."),
    "email": ("Votre adresse électronique", "Écrivez votre adresse électronique."),
    "profile": ("Vous êtes", "Dites qui vous êtes."),
    "subject": ("Objet de votre message", "Choisissez un objet."),
    "text": ("Votre message", "Écrivez votre message."),
}


def set_stamp_time(monkeypatch, seconds):
    monkeypatch.setattr("cress.contact.stamps.time", SimpleNamespace(time=lambda: seconds))


def stamp_at(monkeypatch, seconds):
    set_stamp_time(monkeypatch, seconds)
    return new_stamp()


TEXT_FIELDS = ["name", "email", "telephone", "organisation", "about", "text"]
CHOICES = ["profile", "territory", "subject"]


def assert_refused(response, name=None, error=""):
    """Check that the form reports an error on a field, and that nothing is stored."""
    assert response.status_code == 200
    assert summary(response).startswith("Votre message n'est pas encore parti")
    assert plain(error) in summary(response)
    if name:
        assert Form(response).controls[name]["aria-invalid"] == "true"
        assert plain(error) in beside(response, name)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert_nothing_stored()


def fail_with(monkeypatch, name, failure):
    def failing(*args, **kwargs):
        raise failure

    monkeypatch.setattr(name, failing)
