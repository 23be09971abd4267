"""A form is refused: store what was typed, and send the person to where it comes back."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator

from cress.base.text.typography import french
from cress.base.unsaved.models import LONGEST_PATH, LONGEST_REASON, UnsavedForm
from cress.base.unsaved.seals import SEAL

KEY = "_unsaved"  # the parameter that asks for a text back
MOST_BYTES = 1024 * 1024  # of what was typed in a form
LONGEST_FILE_NAME = 100  # characters
MOST_FILE_NAMES = 20

KEPT = french(
    "Votre session avait pris fin. Rien n’est perdu : connectez-vous, et ce que vous avez écrit "
    "revient dans le formulaire, sans être encore enregistré."
)
NOT_KEPT = (
    "Votre session avait pris fin, et ce que vous avez écrit n’a pas pu être gardé. Rien n’a été "
    "enregistré."
)
TOO_LONG = french(
    "Ce que vous avez écrit n’a pas été enregistré, et c’était trop long pour être gardé : plus "
    "d’un mégaoctet. Enregistrez les longs textes en plusieurs fois."
)
OF_ANOTHER = french(
    "Ce formulaire avait été ouvert avec un autre compte. Rien n’a été enregistré : le texte "
    "attend un jour la personne qui l’a écrit."
)


class TooLongError(Exception):
    """What was typed has more than MOST_BYTES."""


def answer_refused(request, seal):
    """
    Return the answer to a form that may not be saved, once what was typed is stored.

    `seal` is None if nobody knows whose form it was: then nothing is stored.
    """
    is_own = seal is not None and seal.account == request.user.pk
    unsaved, sentence = None, NOT_KEPT
    try:
        unsaved = seal and keep(request, seal)
    except TooLongError:
        sentence = TOO_LONG
    address = address_of(request, unsaved) if unsaved else request.get_full_path()
    if is_own and unsaved:  # its page says what happened
        return redirect(address)
    if unsaved:
        sentence = OF_ANOTHER if request.user.is_authenticated else KEPT
    messages.warning(request, sentence)
    # The page to sign in sends an account that is signed in to the home of the admin.
    return redirect(address) if is_own else redirect_to_login(address, reverse("admin:login"))


def keep(request, seal, path="", reason=""):
    """
    Store what a form sent for the account of its seal; return the row, or None without one.

    It comes back at the address of its form, or at `path`.
    """
    accounts = get_user_model().objects.filter(is_active=True, is_staff=True)
    account = accounts.filter(pk=seal.account).first()
    path = path or request.path
    if account is None or len(path) > LONGEST_PATH:
        return None
    return UnsavedForm.objects.keep(
        account,
        seal.key,
        path=path,
        reason=Truncator(reason).chars(LONGEST_REASON),
        fields=_fields(request, left_out={"csrfmiddlewaretoken", SEAL, *seal.left_out}),
        file_names=[
            _storable(upload.name)[:LONGEST_FILE_NAME]
            for _, uploads in request.FILES.lists()
            for upload in uploads
        ][:MOST_FILE_NAMES],
    )


def _fields(request, left_out):
    """Return {name: [values]} of what was typed, as the database can store it."""
    fields, size = {}, 0
    for name, values in request.POST.lists():
        if name in left_out:
            continue
        texts = fields[_storable(name)] = [_storable(value) for value in values]
        size += sum(len(text.encode()) for text in [name, *texts])
        if size > MOST_BYTES:
            raise TooLongError
    return fields


def _storable(text):
    """Leave out what no database stores as text: NUL, halves of a character."""
    return text.replace("\0", "").encode(errors="replace").decode()


def address_of(request, unsaved):
    """Return the address of the form, with the text that comes back."""
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    query[KEY] = unsaved.key
    return f"{unsaved.path}?{query.urlencode()}"


def forget():
    """Delete what is older than a day: a job of the worker."""
    yield UnsavedForm.objects.expired().delete()
