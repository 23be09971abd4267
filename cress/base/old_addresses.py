"""
Old addresses: a page that changes its address is found at the former one.

Each old address leads to a row, never to another address: there are no chains. An address that a
row takes again is an old one no more: there are no loops.
"""

from functools import cache
from itertools import chain

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db import models
from django.urls import get_resolver

from cress.base.fields import LONGEST_SLUG
from cress.base.history.versions import Versioned
from cress.base.text.typography import french


class OldAddressQuerySet(models.QuerySet):
    def _of(self, model):
        """Keep those of the pages of a model: one query, where ContentType would ask another."""
        names = model._meta
        return self.filter(
            content_type__app_label=names.app_label, content_type__model=names.model_name
        )

    def at(self, model, slug):
        """Keep the old address that the pages of a model have with a slug: one at most."""
        return self._of(model).filter(slug=slug)

    def slugs_now(self, model, slugs):
        """Return a set of slugs of a model, with those that rows have now for those they had."""
        known = self._of(model).filter(slug__in=filter(slug_re.match, slugs))
        keys = dict(known.values_list("slug", "row_key"))
        if not keys:
            return slugs
        now = dict(model._base_manager.filter(pk__in=keys.values()).values_list("pk", "slug"))
        return {now.get(keys.get(slug), slug) for slug in slugs}

    def follow(self, row, left):
        """Let the address that a row has left lead to it, and give it the one that it takes."""
        model = type(row)
        self.at(model, row.slug).delete()
        if was_public_at(row, left):
            kind = ContentType.objects.get_for_model(model)
            self.update_or_create(content_type=kind, slug=left, defaults={"row_key": row.pk})


class OldAddress(Versioned):
    """
    An address that a page had, and that leads to it since.

    The row that it leads to takes it along when it is deleted, and brings it back.
    """

    content_type = models.ForeignKey(
        ContentType, models.CASCADE, related_name="+", verbose_name="type de page"
    )
    row_key = models.PositiveBigIntegerField("page", db_index=True)
    slug = models.SlugField("adresse", max_length=LONGEST_SLUG)

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "ancienne adresse"
        verbose_name_plural = "anciennes adresses"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "slug"],
                name="oldaddress_leads_to_one_page",
                violation_error_message="Cette ancienne adresse mène déjà à une page.",
            ),
        ]

    def __str__(self):
        return address_of(self.content_type.model_class(), self.slug)

    @property
    def row(self):
        """The row that it leads to, or None if it is gone."""
        return self.content_type.model_class()._base_manager.filter(pk=self.row_key).first()

    def bring_files_back(self):
        """Leave the address to what has taken it since."""
        model = self.content_type.model_class()
        pages = model._base_manager.filter(slug=self.slug).exclude(pk=self.row_key)
        others = OldAddress.objects.at(model, self.slug).exclude(row_key=self.row_key)
        if pages.exists() or others.exists():
            raise ValidationError("Cette ancienne adresse mène maintenant à une autre page.")


def address_of(model, slug):
    """Return the address that the page of a model has with a slug."""
    return model(slug=slug).get_absolute_url()


def was_public_at(row, slug):
    """Whether visitors could read a stored row at an address with that slug, as versions know."""
    model = type(row)
    stored = model._base_manager.filter(pk=row.pk, slug=slug, is_published=True)
    versions = model.history.filter(**{model._meta.pk.attname: row.pk})
    return stored.exists() or versions.filter(slug=slug, is_published=True).exists()


def page_gone_from(model, slug):
    """Return the row whose page was at an address before it moved or was withdrawn, or None."""
    row = model._base_manager.filter(slug=slug).first()
    if row and was_public_at(row, slug):
        return row
    old = OldAddress.objects.at(model, slug).first()
    return old and old.row


@cache
def reserved_words(section):
    """
    Return the words that the site itself has as addresses after the address of a section.

    They are those of its map: after « / », « recherche », « leviers » or « admin ».
    """
    own = [settings.STATIC_URL, settings.MEDIA_URL]  # which the server answers
    routes = chain((f"/{route}" for route in _routes(get_resolver().url_patterns)), own)
    ends = [route.removeprefix(section) for route in routes if route.startswith(section)]
    return frozenset(filter(slug_re.match, (end.partition("/")[0] for end in ends)))


def _routes(patterns, start=""):
    for pattern in patterns:
        route = start + str(pattern.pattern).lstrip("^")
        yield route
        yield from _routes(getattr(pattern, "url_patterns", []), route)


def refusal_of(row):
    """Return why a row may not have the address that its slug gives, in French, or nothing."""
    model = type(row)
    stored = model._base_manager.filter(pk=row.pk).values_list("slug", flat=True).first()
    if row.slug == stored:
        return ""
    if row.slug.lower() in reserved_words(address_of(model, "-").removesuffix("-/")):
        return french(f"Le site se sert lui-même de « {row.slug} » : choisissez une autre adresse.")
    if other := model._base_manager.filter(slug=row.slug).exclude(pk=row.pk).first():
        return french(f"C’est déjà l’adresse de « {other} » : choisissez-en une autre.")
    old = OldAddress.objects.at(model, row.slug).exclude(row_key=row.pk).first()
    if old and old.row:
        return french(
            f"C’est une ancienne adresse de « {old.row} », et elle y mène encore : choisissez-en "
            "une autre."
        )
    return ""
