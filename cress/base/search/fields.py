"""
The field that a search looks in, and the index that the database has of it.

On PostgreSQL it is a tsvector, with a GIN index. On SQLite it is a text, with an FTS5 table beside
it, which triggers keep up to date whoever writes. `make_indexes` makes them after each migration:
SQLite drops the triggers of a table that a migration copies.
"""

from django.db import connections, models
from django.db.models import Lookup

from cress.base.fields import FollowingField
from cress.base.search.queries import Query
from cress.base.text.words import searched

BATCH = 1000  # rows that are read and written together


class WordsField(FollowingField, models.TextField):
    """What the rows are searched by: the words and the stems of a text."""

    def derive(self, text):
        return searched(text)

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_placeholder(self, value, compiler, connection):
        if connection.vendor != "postgresql" or hasattr(value, "resolve_expression"):
            return "%s"
        # PostgreSQL would read a text as a tsvector in its own syntax, not as words.
        return "array_to_tsvector(string_to_array(%s, ' '))"

    def select_format(self, compiler, sql, params):
        if compiler.connection.vendor == "postgresql":
            sql = f"array_to_string(tsvector_to_array({sql}), ' ')"
        return sql, params


@WordsField.register_lookup
class Has(Lookup):
    """`words__has=query`: the rows that have all the terms of a Query."""

    lookup_name = "has"
    prepare_rhs = False

    def __init__(self, lhs, rhs):
        if not isinstance(rhs, Query) or not rhs:
            raise ValueError("A search needs a Query that looks for something.")
        super().__init__(lhs, rhs)

    def as_postgresql(self, compiler, connection):
        lhs, parameters = compiler.compile(self.lhs)
        return f"{lhs} @@ %s::tsquery", [*parameters, self.rhs.for_postgresql]

    def as_sqlite(self, compiler, connection):
        table = connection.ops.quote_name(_beside(self.lhs.target))
        key = self.lhs.target.model._meta.pk.get_col(self.lhs.alias)
        sql, parameters = compiler.compile(key)
        found = f"{sql} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)"  # noqa: S608
        return found, [*parameters, self.rhs.for_sqlite]


def _beside(field):
    """Return the name of the FTS5 table of a field."""
    return f"{field.model._meta.db_table}_{field.column}"


def make_indexes(app_config, using, **kwargs):
    """Make what is missing of the indexes of an app: a receiver of post_migrate."""
    fields = [field for model in app_config.get_models() for field in words_fields(model)]
    if not fields:
        return
    connection = connections[using]
    make = {"postgresql": _make_gin, "sqlite": _make_fts5}[connection.vendor]
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for field in fields:
            if field.model._meta.db_table in tables:
                make(cursor, field, connection.ops.quote_name)


def words_fields(model):
    """Return the fields of a model that a search looks in."""
    return [field for field in model._meta.local_fields if isinstance(field, WordsField)]


def _make_gin(cursor, field, quoted):
    cursor.execute(
        f"CREATE INDEX IF NOT EXISTS {quoted(_beside(field))} "
        f"ON {quoted(field.model._meta.db_table)} USING gin ({quoted(field.column)})"
    )


def _make_fts5(cursor, field, quoted):
    name = _beside(field)
    table, beside = quoted(field.model._meta.db_table), quoted(name)
    column, key = quoted(field.column), quoted(field.model._meta.pk.column)
    cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{name}%"])
    known = {row[0] for row in cursor.fetchall()}
    if name not in known:
        cursor.execute(
            f"CREATE VIRTUAL TABLE {beside} USING fts5({column}, content={table}, "
            f"content_rowid={key}, detail='none', columnsize=0, tokenize='ascii')"
        )
    add = f"INSERT INTO {beside}(rowid, {column}) VALUES (new.{key}, new.{column})"  # noqa: S608
    drop = (
        f"INSERT INTO {beside}({beside}, rowid, {column}) "  # noqa: S608
        f"VALUES ('delete', old.{key}, old.{column})"
    )
    triggers = {
        f"{name}_added": f"AFTER INSERT ON {table} BEGIN {add}; END",
        f"{name}_deleted": f"AFTER DELETE ON {table} BEGIN {drop}; END",
        f"{name}_changed": f"AFTER UPDATE OF {key}, {column} ON {table} BEGIN {drop}; {add}; END",
    }
    missing = [trigger for trigger in triggers if trigger not in known]
    for trigger in missing:
        cursor.execute(f"CREATE TRIGGER {quoted(trigger)} {triggers[trigger]}")
    if missing:
        cursor.execute(f"INSERT INTO {beside}({beside}) VALUES ('rebuild')")  # noqa: S608


def rewrite(rows):
    """
    Write again what the rows of a queryset are searched by, BATCH at a time.

    For what save() does not see: another row, whose name is among their words, was renamed.
    """
    names = [field.name for field in words_fields(rows.model)]
    keys = list(rows.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        changed = []
        for row in rows.filter(pk__in=keys[start : start + BATCH]):
            before = [getattr(row, name) for name in names]
            after = [rows.model._meta.get_field(name).pre_save(row, add=False) for name in names]
            if after != before:
                changed.append(row)
        rows.model._base_manager.bulk_update(changed, names)
