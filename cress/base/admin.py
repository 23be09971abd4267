"""What the admin pages of every content type share."""

import re
from collections import defaultdict

from django.contrib import admin
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AdminTextInputWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.contrib.messages import WARNING
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet, ModelMultipleChoiceField
from django.shortcuts import redirect

from cress.base.fields import FrenchCharField, FrenchTextField, ShareField
from cress.base.search.fields import words_fields
from cress.base.search.queries import Closeness, Query, QueryTerm, read_query
from cress.base.text.words import searched, words_of
from cress.base.typed_numbers import (
    DecimalNumberField,
    FloatNumberField,
    NumberInput,
    PercentageField,
    WholeNumberField,
)
from cress.base.web.addresses import refuse_account

LONGEST_KEY = 18  # digits: more do not fit in the database
LONGEST_SEARCH = 200  # characters: SQLite refuses a condition of a thousand words
MOST_READ = 5000  # rows of a list whose words are read at each search
_UNREADABLE = re.compile(rf"\0|\d{{{LONGEST_KEY + 1}}}")

admin.site.index_title = "Que voulez-vous modifier ?"


class ValidChoices:
    """
    A widget that looks up only the values that its field accepts.

    Django's autocomplete widgets look up what was posted, to show it again with the errors of
    the form: a value that is not a number raises ValueError.
    """

    def optgroups(self, name, value, attr=None):
        field = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [item for item in value if _is_valid(field, item)], attr)


def _is_valid(field, value):
    try:
        field.run_validators(field.to_python(value))
    except ValidationError:
        return False
    return True


class ContentSelect(ValidChoices, AutocompleteSelect):
    """One row, chosen while its name is typed."""


class ContentSelectMultiple(ValidChoices, AutocompleteSelectMultiple):
    """Several rows, chosen while their names are typed."""


class SeveralRows(ModelMultipleChoiceField):
    """Several related rows; a number too large for the database is no choice either."""

    def _check_values(self, value):
        for item in value:
            if not _is_valid(self.queryset.model._meta.pk, item):
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": item},
                )
        return super()._check_values(value)


class ContentFields:
    """
    Form fields as wide as their usual content, in a form and in its rows.

    Numbers are typed and shown as French people write them (cress.base.typed_numbers). Related
    rows are chosen with widgets that survive a bad value.
    """

    formfield_overrides = {
        FrenchCharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})},
        FrenchTextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        models.URLField: {"assume_scheme": "https", "validators": [refuse_account]},
        models.IntegerField: {"form_class": WholeNumberField, "widget": NumberInput},
        models.FloatField: {"form_class": FloatNumberField, "widget": NumberInput},
        models.DecimalField: {"form_class": DecimalNumberField, "widget": NumberInput},
        ShareField: {"form_class": PercentageField, "widget": NumberInput},
    }

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ContentSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ContentSelectMultiple(
                db_field, self.admin_site, using=kwargs.get("using")
            )
            kwargs["form_class"] = SeveralRows
        return super().formfield_for_manytomany(db_field, request, **kwargs)


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
    """

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
            return super().response_action(request, queryset)
        self.message_user(request, "Ce choix de lignes n’a pas pu être lu. Recommencez.", WARNING)
        return redirect(request.path)


class ContentAdmin(ContentFields, TolerantList):
    """Content edited by the chamber's staff."""


class PublishableAdmin(ContentAdmin):
    """
    Content with a page of its own. The slug is made from `slug_source` until the page is
    published. Then it is fixed: other sites may link to the address.
    """

    slug_source = "title"

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj and obj.is_published else fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj and obj.is_published else {"slug": [self.slug_source]}

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_published else None


class PartFormSet(BaseInlineFormSet):
    """
    Rows that are also checked against those in the database.

    Django leaves the parent out of the check of constraints. Without this class, a row that a
    colleague has just added would raise IntegrityError.
    """

    def clean(self):
        super().clean()
        for form in self.forms:
            if form.has_changed() and form.is_valid() and not self._should_delete_form(form):
                try:
                    form.instance.validate_constraints()
                except ValidationError as error:
                    form.add_error(None, error)


class PartInline(ContentFields, admin.TabularInline):
    """Rows that belong to a content object and are edited on its page."""

    formset = PartFormSet
    extra = 0
