"""
Versions: each content row as it was after each write, in a table beside its own.

django-simple-history stores them when a row is saved or deleted. What does not call save() stores
them with `store_versions`: bulk writes, fixtures, the rows that are older than their history.
"""

from collections import defaultdict
from contextlib import contextmanager
from functools import partial

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.signals import m2m_changed, post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from simple_history.models import HistoricalChanges, HistoricalRecords
from simple_history.signals import pre_create_historical_record

from cress.base.fields import is_set_by_save
from cress.base.history.operations import Operation, number_of_operation, operation

BATCH = 1000  # versions that are written together
ADDED, CHANGED, DELETED = "+", "~", "-"


class Version(models.Model):
    """A version of a row: it belongs to the operation that wrote it."""

    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Versions(HistoricalRecords):
    """
    The versions of the rows of a model, with its many-to-many relations.

    They lack the fields that follow from others, which a bulk write of versions would not derive,
    and the date of the last save.
    """

    def __init__(self):
        super().__init__(bases=[Version], inherit=True)

    def fields_included(self, model):
        return [field for field in super().fields_included(model) if not is_set_by_save(field)]

    def get_meta_options(self, model):
        name = f"version : {model._meta.verbose_name}"
        names = {"verbose_name": name, "verbose_name_plural": name, "default_permissions": ()}
        return super().get_meta_options(model) | names

    def get_meta_options_m2m(self, through_model):
        name = f"version : {through_model._meta.verbose_name}"
        names = {"verbose_name": name, "default_permissions": ()}
        return super().get_meta_options_m2m(through_model) | names

    def get_m2m_fields_from_model(self, model):
        return list(model._meta.local_many_to_many)


class Versioned(models.Model):
    """A row whose versions are kept."""

    history = Versions()

    class Meta:
        abstract = True

    def bring_files_back(self):
        """
        Make the files that the row needs, before it is stored as a version kept it.

        Raise a ValidationError, in French, if one is gone.
        """

    @classmethod
    def versions_to_forget(cls):
        """Return the versions of living rows that need not be kept any more, as a queryset."""
        return cls.history.none()

    def keep_settled(self, stored):
        """Take again from the row as it is stored what no undo may change."""


def keep_versions_of_links():
    """
    Store a version of the rows that lose a link to another row which is deleted.

    Django takes such links away without save().
    """
    for model in versioned_models():
        for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many):
            if field.is_relation and (
                field.many_to_many or field.remote_field.on_delete is models.SET_NULL
            ):
                pre_delete.connect(
                    partial(_let_go, field),
                    sender=field.related_model,
                    weak=False,
                    dispatch_uid=f"let go of {field}",
                )


def _let_go(field, instance, **kwargs):
    for owner in field.model._base_manager.filter(**{field.name: instance.pk}):
        if field.many_to_many:
            getattr(owner, field.name).remove(instance)
        else:
            setattr(owner, field.name, None)
            owner.save(update_fields=[field.name])


@receiver(m2m_changed)
def _keep_version_of_owners(instance, action, reverse, model, pk_set, **kwargs):
    """Store a version of the rows whose links are changed from the other side."""
    if reverse and action in {"post_add", "post_remove"} and issubclass(model, Versioned):
        store_versions(model._base_manager.filter(pk__in=pk_set), CHANGED)


@receiver(pre_create_historical_record)
def _give_operation(history_instance, **kwargs):
    if isinstance(history_instance, Version):
        history_instance.operation_id = number_of_operation(history_instance.history_type)


def is_version(model):
    """Whether the rows of a model are versions of other rows, or the relations of a version."""
    return issubclass(model, HistoricalChanges)


def versioned_models():
    """Return the models whose versions are kept."""
    return [model for model in apps.get_models() if issubclass(model, Versioned)]


def store_versions(rows, history_type):
    """Store a version of each row of one model, with its many-to-many relations."""
    rows = list(rows)
    if not rows:
        return
    model, now = type(rows[0]), timezone.now()
    tracked = model.history.model.tracked_fields
    number = number_of_operation(history_type, len(rows))
    versions = [
        model.history.model(
            history_date=now,
            history_type=history_type,
            operation_id=number,
            **{field.attname: getattr(row, field.attname) for field in tracked},
        )
        for row in rows
    ]
    stored = model.history.model.objects.bulk_create(versions, batch_size=BATCH)
    of_row = {version.serializable_value(model._meta.pk.attname): version for version in stored}
    for field in model._meta.local_many_to_many:
        _store_relations(field, of_row)


def _store_relations(field, of_row):
    """Store the relations of a many-to-many field with the versions, {key of the row: version}."""
    through = field.remote_field.through
    kept = getattr(field.model.history.model, field.name).model
    source = field.m2m_field_name()
    names = [column.attname for column in through._meta.concrete_fields]
    relations = through._base_manager.filter(**{f"{source}__in": of_row})
    kept.objects.bulk_create(
        [
            kept(
                history=of_row[getattr(relation, f"{source}_id")],
                **{name: getattr(relation, name) for name in names},
            )
            for relation in relations
        ],
        batch_size=BATCH,
    )


@contextmanager
def versions_of_loaded_rows():
    """Store a version of each row that fixtures write inside, without save()."""
    loaded = defaultdict(set)

    def note(sender, instance, raw, **kwargs):
        if raw and isinstance(instance, Versioned):
            loaded[sender].add(instance.pk)

    post_save.connect(note)
    try:
        yield
    finally:
        post_save.disconnect(note)
    for model, keys in loaded.items():
        key = model._meta.pk.attname
        known = set(model.history.filter(**{f"{key}__in": keys}).values_list(key, flat=True))
        for of_type, history_type in [(keys - known, ADDED), (keys & known, CHANGED)]:
            rows = model._base_manager.filter(pk__in=of_type).order_by("pk")
            store_versions(rows, history_type)


def store_first_versions():
    """Store a version of each row that has none: it is older than its history."""
    with operation(Operation.Kind.FIRST, title="Ce qui était déjà là"):
        for model in versioned_models():
            versions = model.history.filter(**{model._meta.pk.attname: OuterRef("pk")})
            older = model._base_manager.filter(~Exists(versions)).order_by("pk")
            store_versions(older.iterator(BATCH), ADDED)


def bulk_add(rows):
    """Store new rows of one model, each with its first version."""
    if rows:
        type(rows[0])._base_manager.bulk_create(rows)
        store_versions(rows, ADDED)


def bulk_change(rows, names):
    """
    Store the fields `names` of rows of one model, which exist, each with a version.

    Unlike bulk_update, it calls pre_save() of the fields: those that follow from others are
    derived, if `names` has them.
    """
    if rows:
        type(rows[0])._base_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["pk"], update_fields=names
        )
        store_versions(rows, CHANGED)
