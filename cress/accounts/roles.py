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


class RoleRights(NamedTuple):
    """What each role may do with a model: Django's actions, or a permission's own name."""

    model: str  # « app.model »
    editor: tuple[str, ...]
    manager: tuple[str, ...]


TABLE = [
    RoleRights("base.operation", READ, ("view", "empty_bin")),
    RoleRights("base.oldaddress", ALL, ALL),  # with the page
    RoleRights("territories.territory", ALL, ALL),
    RoleRights("territories.mapgrid", NONE, ("view", "change")),
    RoleRights("territories.source", ALL, ALL),
    RoleRights("territories.statistic", ALL, ALL),
    RoleRights("territories.distribution", ALL, ALL),
    RoleRights("territories.bin", ALL, ALL),
    RoleRights("territories.departmentrank", ALL, ALL),
    RoleRights("territories.keyfigure", ALL, ALL),
    RoleRights("territories.intercommunality", ALL, ALL),
    RoleRights("territories.commune", ALL, ALL),
    RoleRights("territories.formercommune", ALL, ALL),
    RoleRights("policies.lever", ALL, ALL),
    RoleRights("policies.action", ALL, ALL),
    RoleRights("policies.rule", ALL, ALL),
    RoleRights("policies.legaltext", ALL, ALL),
    RoleRights("policies.argument", ALL, ALL),
    RoleRights("policies.resource", ALL, ALL),
    RoleRights("policies.term", ALL, ALL),
    RoleRights("policies.synonym", ALL, ALL),
    RoleRights("policies.competence", ALL, ALL),
    RoleRights("policies.deliberationblock", ALL, ALL),
    RoleRights("policies.declaredcompetence", READ, ALL),
    RoleRights("enterprises.enterprise", ALL, ALL),
    RoleRights("enterprises.photo", ALL, ALL),
    RoleRights("enterprises.sector", ALL, ALL),
    RoleRights("enterprises.family", ALL, ALL),
    RoleRights("chamber.page", ALL, (*ALL, "change_legal_page")),
    RoleRights("chamber.service", ALL, ALL),
    RoleRights("chamber.mission", ALL, ALL),
    RoleRights("chamber.siteidentity", NONE, ("view", "add", "change")),
    RoleRights("contact.person", ALL, ALL),
    RoleRights("contact.message", ("view", "change"), ("view", "change", "manage_personal_data")),
    RoleRights("contact.mail", ("view", "change"), ("view", "change")),
    RoleRights("contact.subject", NONE, ALL),
    RoleRights("contact.route", NONE, ALL),
    RoleRights("links.linkcheck", READ, READ),
    RoleRights("search.missedsearch", READ, READ),
    RoleRights("accounts.user", NONE, ALL),
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
