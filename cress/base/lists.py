"""Lists of the admin: they find words as the site does, and answer what cannot be read."""

import re
from collections import defaultdict
from functools import partial

from django.contrib import admin
from django.contrib.messages import WARNING
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.db.transaction import atomic
from django.shortcuts import redirect

from cress.base.deletion import deletable
from cress.base.history.shown import LONGEST_KEY
from cress.base.search.fields import words_fields
from cress.base.search.queries import Closeness, Query, QueryTerm, read_query
from cress.base.text.words import searched, words_of

LONGEST_SEARCH = 200  # characters: SQLite refuses a condition of a thousand words
MOST_READ = 5000  # rows of a list whose words are read at each search
_UNREADABLE = re.compile(rf"\0|\d{{{LONGEST_KEY + 1}}}")


def _query_being_typed(typed):
    """
    Return the Query of a text whose last word counts even if it says nothing alone.

    It may be the start of a longer one: « Saint-Amand-M » is more than « Saint-Amand ».
    """
    query, last = read_query(typed), words_of(typed)[-1:]
    return query if set(last) <= set(query.words) else Query((*query.terms, QueryTerm(tuple(last))))


def _found_by_words(rows, paths, query):
    """
    Keep the rows that have the terms of a Query in the fields of these paths.

    A model that stores its words is looked up; the rows of another are read, unless there are more
    than MOST_READ.
    """
    if fields := words_fields(rows.model):
        return rows.filter(**{f"{fields[0].name}__has": query})
    if rows.order_by().values("pk")[: MOST_READ + 1].count() > MOST_READ:
        return rows.none()
    texts = defaultdict(set)  # a path to many rows gives a row for each
    for key, *values in rows.order_by().values_list("pk", *paths):
        texts[key].update(str(value) for value in values if value is not None)
    keys = [
        key
        for key, known in texts.items()
        if query.closeness(set(searched(" ".join(known)).split())) < Closeness.ABSENT
    ]
    return rows.filter(pk__in=keys)


class TolerantList(admin.ModelAdmin):
    """
    A list that answers an address or a selection that cannot be read, where Django raises.

    PostgreSQL takes no NUL in a text, SQLite no number of 64 bits: such a filter is ignored. No
    database compares a key with a word: such a selection is refused.

    Before anything is deleted, its pages say what depends on it (cress.base.deletion).
    """

    is_written_by_hand = True  # False: the site makes its rows, and nobody changes them here

    def get_changelist_instance(self, request):
        request.GET = request.GET.copy()
        for name, values in list(request.GET.lists()):
            if any(_UNREADABLE.search(text) for text in [name, *values]):
                del request.GET[name]
        return super().get_changelist_instance(request)

    def get_search_results(self, request, queryset, search_term):
        """
        Find by words and stems, as the site does; by pieces, as Django does, where no row has them.

        A piece is the end of a number: « 45234 ». NUL is dropped here: autocompletes send a term
        that no form has checked.
        """
        typed = search_term.replace("\0", "")[:LONGEST_SEARCH]
        query, paths = _query_being_typed(typed), self.get_search_fields(request)
        if query and paths:
            by_words = _found_by_words(queryset, [path.lstrip("^=@") for path in paths], query)
            if by_words.exists():
                return by_words, False
        return super().get_search_results(request, queryset, typed)

    def response_action(self, request, queryset):
        keys = request.POST.getlist("_selected_action")
        if all(key.isdecimal() and len(key) <= LONGEST_KEY for key in keys):
            act = partial(super().response_action, request, queryset)
            is_deletion = request.POST.get("action") == "delete_selected"
            return self._delete(request, act) if is_deletion else act()
        self.message_user(request, "Ce choix de lignes n’a pas pu être lu. Recommencez.", WARNING)
        return redirect(request.path)

    def get_deleted_objects(self, objs, request):
        return deletable(self, objs, request)

    def delete_view(self, request, object_id, extra_context=None):
        view = super().delete_view
        return self._delete(request, partial(view, request, object_id, extra_context))

    def _delete(self, request, act):
        """Delete, or say that a row came to depend on this after it was looked up."""
        try:
            with atomic():
                return act()
        except (ProtectedError, IntegrityError):
            self.message_user(
                request,
                "Rien n’est supprimé : quelqu’un vient de s’en servir. Recommencez pour voir où.",
                WARNING,
            )
            return redirect(request.path)


class ReadOnlyList(TolerantList):
    """A list of rows that the site makes, and that nobody writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
