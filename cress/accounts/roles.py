"""
The roles of the staff: one table, applied to the groups after every migrate.

To give a role a right, change the table. The next migrate removes a right that is no longer in
the table.
"""

from typing import NamedTuple

from django.contrib.auth.models import Group, Permission

EDITOR, MANAGER = "Rédaction", "Responsable"

ALL = ("view", "add", "change", "delete")
READ = ("view",)
NONE = ()


class Row(NamedTuple):
    """What each role may do with a model: Django's actions, or a permission's own name."""

    model: str  # « app.model »
    editor: tuple[str, ...]
    manager: tuple[str, ...]


TABLE = [
    Row("territories.territory", ALL, ALL),
    Row("territories.mapgrid", NONE, ("view", "change")),
    Row("territories.source", ALL, ALL),
    Row("territories.statistic", ALL, ALL),
    Row("territories.keyfigure", ALL, ALL),
    Row("territories.intercommunality", ALL, ALL),
    Row("territories.commune", ALL, ALL),
    Row("territories.formercommune", ALL, ALL),
    Row("policies.lever", ALL, ALL),
    Row("policies.action", ALL, ALL),
    Row("policies.rule", ALL, ALL),
    Row("policies.legaltext", ALL, ALL),
    Row("policies.argument", ALL, ALL),
    Row("policies.resource", ALL, ALL),
    Row("policies.term", ALL, ALL),
    Row("policies.competence", ALL, ALL),
    Row("policies.declaredcompetence", READ, ALL),
    Row("enterprises.enterprise", ALL, ALL),
    Row("enterprises.photo", ALL, ALL),
    Row("enterprises.sector", ALL, ALL),
    Row("enterprises.family", ALL, ALL),
    Row("chamber.page", ALL, (*ALL, "change_legal_page")),
    Row("chamber.service", ALL, ALL),
    Row("chamber.mission", ALL, ALL),
    Row("chamber.siteidentity", NONE, ("view", "add", "change")),
    Row("contact.person", ALL, ALL),
    Row("contact.message", ("view", "change"), ("view", "change", "manage_personal_data")),
    Row("contact.mail", ("view", "change"), ("view", "change")),
    Row("contact.subject", NONE, ALL),
    Row("contact.route", NONE, ALL),
    Row("links.linkcheck", READ, READ),
    Row("accounts.user", NONE, ALL),
]


def permissions_of(role, app=None):
    """Return the permissions « app.codename » of a role, all of them or those of one app."""
    return {
        f"{label}.{_codename(action, model)}"
        for row in TABLE
        for label, _, model in [row.model.partition(".")]
        for action in (row.manager if role == MANAGER else row.editor)
        if app in (None, label)
    }


def _codename(action, model):
    return f"{action}_{model}" if action in ALL else action


def apply_roles(app_config, using, **kwargs):
    """
    Give each role exactly its rights on the models of an app: a post_migrate receiver.

    Django's own receiver, which creates the permissions of the app, runs before it. An unknown
    name in the table is an error.
    """
    if not any(row.model.startswith(f"{app_config.label}.") for row in TABLE):
        return
    known = Permission.objects.using(using).filter(content_type__app_label=app_config.label)
    by_name = {f"{app_config.label}.{permission.codename}": permission for permission in known}
    for role in (EDITOR, MANAGER):
        group, _ = Group.objects.using(using).get_or_create(name=role)
        group.permissions.remove(*known)
        group.permissions.add(*(by_name[name] for name in permissions_of(role, app_config.label)))
