"""Plain functions that make one valid row each; a test gives the values that it checks."""

from datetime import date
from decimal import Decimal
from itertools import count, cycle

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from cress.accounts.models import User
from cress.base.history.operations import Operation
from cress.base.old_addresses import OldAddress
from cress.base.unsaved.models import UnsavedForm
from cress.chamber.models import Mission, Page, Service, SiteIdentity
from cress.contact.models import (
    Allowance,
    Entry,
    Mail,
    Message,
    Person,
    Reading,
    Route,
    Subject,
)
from cress.links.models import LinkCheck
from cress.search.models import MissedSearch
from enterprises.models import Enterprise, Family, Photo, Sector
from policies.models import (
    Action,
    Argument,
    Competence,
    DeclaredCompetence,
    DeliberationBlock,
    LegalText,
    Lever,
    Resource,
    Rule,
    Synonym,
    Term,
)
from territories.models import (
    Bin,
    Commune,
    DepartmentRank,
    Distribution,
    FormerCommune,
    Intercommunality,
    KeyFigure,
    MapGrid,
    Source,
    Statistic,
    Territory,
)

numbers = count(1)
# No department of the region has a code in the nineties, so that rows made here never conflict
# with shipped ones. Tests that name a code use 90, 91 and 99.
department_codes = cycle(f"{number}" for number in [*range(92, 99), *range(900, 1000)])
commune_codes = cycle(f"{number}" for number in range(90001, 100_000))


def make_territory(**fields):
    """Make a department."""
    n = next(numbers)
    defaults = {
        "kind": Territory.Kind.DEPARTMENT,
        "name": f"Val {n}",
        "slug": f"val-{n}",
        "with_article": f"le Val {n}",
        "inside": f"dans le Val {n}",
        "of": f"du Val {n}",
        "outline": "M0 0h100v100h-100z",
        "label_x": 50,
        "label_y": 50,
    }
    if "code" not in fields:
        defaults["code"] = next(department_codes)
    return Territory.objects.create(**defaults | fields)


def make_region(**fields):
    """Make the region: there is room for one only."""
    defaults = {"kind": Territory.Kind.REGION, "code": "R1", "outline": "M0 0h300v300h-300z"}
    return make_territory(**defaults | fields)


def make_map_grid(**fields):
    """Make the grid of the region: that of Centre-Val de Loire, unless it is given."""
    defaults = {
        "west": 474_000,
        "north": 6_875_000,
        "unit": 100,
        "width": 2375,
        "height": 2924,
        "outline_credit": "Fond de carte : un dessin.",
        "centre_credit": "Centres-bourgs : un répertoire.",
    }
    if "region" not in fields:
        region = Territory.objects.filter(kind=Territory.Kind.REGION).first()
        defaults["region"] = region or make_region()
    return MapGrid.objects.create(**defaults | fields)


def make_intercommunality(**fields):
    n = next(numbers)
    defaults = {"siren": f"{900_000_000 + n}", "name": f"CC du Val {n}", "kind": "CC"}
    return Intercommunality.objects.create(**defaults | fields)


def make_commune(**fields):
    defaults = {"name": f"Bourg-{next(numbers)}", "postcodes": "90000"}
    if "insee_code" not in fields:
        defaults["insee_code"] = next(commune_codes)
    if "department" not in fields:
        defaults["department"] = make_territory()
    return Commune.objects.create(**defaults | fields)


def make_former_commune(**fields):
    n = next(numbers)
    defaults = {
        "name": f"Vieux-Bourg-{n}",
        "insee_code": next(commune_codes),
        "kind": FormerCommune.Kind.VANISHED,
    }
    if "commune" not in fields:
        defaults["commune"] = make_commune()
    return FormerCommune.objects.create(**defaults | fields)


def make_source(**fields):
    n = next(numbers)
    defaults = {
        "slug": f"source-{n}",
        "producer": "Insee",
        "title": f"Comptage {n}",
        "vintage": "2015",
        "year": 2015,
        "series": "Clap",
    }
    return Source.objects.create(**defaults | fields)


def make_statistic(**fields):
    """Make a row with the share of employees only, unless other figures are given."""
    defaults = {"employee_share": Decimal("10.50")}
    if "territory" not in fields:
        defaults["territory"] = make_territory()
    if "source" not in fields:
        defaults["source"] = make_source()
    return Statistic.objects.create(**defaults | fields)


def make_distribution(**fields):
    """Make the distribution of a hundred departments, without bins or ranks."""
    defaults = {
        "size": 100,
        "lowest": Decimal("4.90"),
        "lowest_name": "Val bas",
        "quartile_1": Decimal("10.00"),
        "median": Decimal("11.50"),
        "quartile_3": Decimal("13.00"),
        "highest": Decimal("28.00"),
        "highest_name": "Val haut",
    }
    if "source" not in fields:
        defaults["source"] = make_source()
    return Distribution.objects.create(**defaults | fields)


def make_bin(**fields):
    defaults = {"start": Decimal("9.5"), "departments": 10}
    if "distribution" not in fields:
        defaults["distribution"] = make_distribution()
    return Bin.objects.create(**defaults | fields)


def make_rank(**fields):
    defaults = {"position": 52}
    if "distribution" not in fields:
        defaults["distribution"] = make_distribution()
    if "territory" not in fields:
        defaults["territory"] = make_territory()
    return DepartmentRank.objects.create(**defaults | fields)


def make_key_figure(**fields):
    n = next(numbers)
    defaults = {"value": "10,6", "unit": "%", "label": f"des emplois {n}", "order": n}
    if "source" not in fields:
        defaults["source"] = make_source()
    return KeyFigure.objects.create(**defaults | fields)


def make_term(**fields):
    n = next(numbers)
    defaults = {"slug": f"mot-{n}", "name": f"Mot {n}", "definition": "Ce que dit ce mot."}
    return Term.objects.create(**defaults | fields)


def make_lever(**fields):
    n = next(numbers)
    defaults = {
        "slug": f"levier-{n}",
        "order": n,
        "title": f"Levier {n}",
        "theme": Lever.Theme.ECONOMY,
        "summary": "Ce que fait ce levier.",
    }
    return Lever.objects.create(**defaults | fields)


def make_action(**fields):
    n = next(numbers)
    defaults = {"text": f"Soutenir le projet {n}.", "order": n}
    if "lever" not in fields:
        defaults["lever"] = make_lever()
    return Action.objects.create(**defaults | fields)


def make_legal_text(**fields):
    return LegalText.objects.create(**{"name": f"Code {next(numbers)}"} | fields)


def make_rule(**fields):
    """Make a rule of a new lever, unless a lever or a topic is given; it waits to be verified."""
    if not {"lever", "topic"} & set(fields):
        fields["lever"] = make_lever()
    return Rule.objects.create(**{"text": f"La règle {next(numbers)}."} | fields)


def make_argument(**fields):
    n = next(numbers)
    defaults = {
        "kind": Argument.Kind.REASON,
        "title": f"Raison {n}",
        "text": "Pourquoi agir.",
        "order": n,
    }
    return Argument.objects.create(**defaults | fields)


def make_resource(**fields):
    n = next(numbers)
    defaults = {
        "slug": f"ressource-{n}",
        "title": f"Ressource {n}",
        "publisher": "RTES",
        "url": "https://ressource.example/",
        "order": n,
    }
    return Resource.objects.create(**defaults | fields)


def make_synonym(**fields):
    n = next(numbers)
    return Synonym.objects.create(**{"ways": f"chose {n}, machin {n}"} | fields)


def make_competence(**fields):
    """Make a competence of the commune, unless it is transferred."""
    n = next(numbers)
    defaults = {
        "title": f"Compétence {n}",
        "holder": Competence.Holder.COMMUNE_UNLESS_TRANSFERRED,
        "legal_basis": "Article L. 1 d’un code",
        "certainty": Competence.Certainty.SURE,
        "order": n,
    }
    if "lever" not in fields:
        defaults["lever"] = make_lever()
    return Competence.objects.create(**defaults | fields)


def make_declared_competence(**fields):
    defaults = {"nomenclature": 2021, "code": "1510", "as_of": date(2026, 7, 1)}
    if "intercommunality" not in fields:
        defaults["intercommunality"] = make_intercommunality()
    return DeclaredCompetence.objects.create(**defaults | fields)


def make_deliberation_block(**fields):
    defaults = {"paper": "deliberation", "part": "5-article", "text": "Un article pour {nom}."}
    return DeliberationBlock.objects.create(**defaults | fields)


def make_sector(**fields):
    n = next(numbers)
    return Sector.objects.create(**{"slug": f"secteur-{n}", "name": f"Secteur {n}"} | fields)


def make_family(**fields):
    n = next(numbers)
    defaults = {"slug": f"famille-{n}", "name": f"Famille {n}", "order": n}
    return Family.objects.create(**defaults | fields)


def make_enterprise(**fields):
    """Make an enterprise in its commune's department, or in a new one."""
    n = next(numbers)
    defaults = {
        "slug": f"entreprise-{n}",
        "name": f"Entreprise {n}",
        "summary": "Ce que fait cette entreprise.",
    }
    if "department" not in fields:
        commune = fields.get("commune")
        defaults["department"] = commune.department if commune else make_territory()
    if "sector" not in fields:
        defaults["sector"] = make_sector()
    return Enterprise.objects.create(**defaults | fields)


def make_photo(**fields):
    """Make the row of a published photo; its files are not written."""
    n = next(numbers)
    defaults = {
        "description": f"Trois artisanes devant l’établi {n}",
        "original": f"{n:032x}.jpg",
        "digest": f"{n:032x}",
        "width": 3000,
        "height": 2000,
    }
    if "enterprise" not in fields:
        defaults["enterprise"] = make_enterprise()
    return Photo.objects.create(**defaults | fields)


def make_page(**fields):
    n = next(numbers)
    defaults = {"slug": f"page-{n}", "title": f"Page {n}", "description": "De quoi elle parle."}
    return Page.objects.create(**defaults | fields)


def make_service(**fields):
    n = next(numbers)
    return Service.objects.create(**{"title": f"Service {n}", "order": n} | fields)


def make_mission(**fields):
    n = next(numbers)
    return Mission.objects.create(**{"title": f"Mission {n}", "order": n} | fields)


def make_person(**fields):
    n = next(numbers)
    defaults = {
        "name": f"Camille {n}",
        "email": f"camille.{n}@cress.example",
        "telephone": "02 38 00 00 00",
        "order": n,
    }
    return Person.objects.create(**defaults | fields)


def make_identity(**fields):
    """Make the site's identity: there is room for one only."""
    defaults = {
        "name": "CRESS",
        "full_name": "Chambre régionale de l’économie sociale et solidaire",
        "title": "L’économie sociale et solidaire près de chez vous",
    }
    return SiteIdentity.objects.create(**defaults | fields)


def make_subject(**fields):
    n = next(numbers)
    return Subject.objects.create(
        **{"slug": f"objet-{n}", "name": f"Objet {n}", "order": n} | fields
    )


def make_route(**fields):
    """Make a rule for a new subject, unless a territory or a subject is given."""
    if not {"territory", "subject"} & set(fields):
        fields["subject"] = make_subject()
    if "person" not in fields:
        fields["person"] = make_person()
    return Route.objects.create(**fields)


def make_message(**fields):
    """Make a message as if it had come by the form, but without its mails."""
    n = next(numbers)
    defaults = {
        "name": f"Jeanne {n}",
        "email": f"jeanne.{n}@commune.example",
        "profile": Message.Profile.ELECTED,
        "text": f"Bonjour, voici ma question {n}.",
    }
    if "subject" not in fields:
        defaults["subject"] = make_subject()
    if "received_at" in fields:
        defaults["last_activity_at"] = fields["received_at"]
    return Message.objects.create(**defaults | fields)


def make_entry(**fields):
    defaults = {"kind": Entry.Kind.NOTE, "author_name": "Chloé", "text": "Rappeler jeudi."}
    if "message" not in fields:
        defaults["message"] = make_message()
    return Entry.objects.create(**defaults | fields)


def make_mail(**fields):
    """Make a receipt that waits."""
    message = fields.get("message") or make_message()
    defaults = {"message": message, "kind": Mail.Kind.RECEIPT, "recipient": message.email}
    return Mail.objects.create(**defaults | fields)


def make_staff(group="Rédaction", **fields):
    """Make an account of the staff, in that group or in none."""
    n = next(numbers)
    defaults = {
        "username": f"equipe-{n}",
        "first_name": "Chloé",
        "last_name": f"Équipe {n}",
        "email": f"equipe.{n}@cress.example",
        "is_staff": True,
    }
    user = User.objects.create(**defaults | fields)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def make_reading(**fields):
    defaults = {"seen_at": timezone.now()}
    if "message" not in fields:
        defaults["message"] = make_message()
    if "user" not in fields:
        defaults["user"] = make_staff()
    return Reading.objects.create(**defaults | fields)


def make_allowance(**fields):
    defaults = {"key": f"{next(numbers):064}", "full_again_at": timezone.now()}
    return Allowance.objects.create(**defaults | fields)


def make_operation(**fields):
    defaults = {"kind": Operation.Kind.CHANGE, "key": f"envoi-{next(numbers)}"}
    return Operation.objects.create(**defaults | fields)


def make_old_address(**fields):
    """Make an address that a lever had, or another `row`."""
    row = fields.pop("row", None) or make_lever()
    defaults = {
        "content_type": ContentType.objects.get_for_model(row),
        "row_key": row.pk,
        "slug": f"ancienne-{next(numbers)}",
    }
    return OldAddress.objects.create(**defaults | fields)


def make_unsaved_form(**fields):
    """Make a text that was typed in the form of a new lever."""
    defaults = {
        "key": f"cle-{next(numbers)}",
        "path": "/admin/policies/lever/add/",
        "fields": {"title": ["Le logement"]},
        "kept_at": timezone.now(),
    }
    if "account" not in fields:
        defaults["account"] = make_staff()
    return UnsavedForm.objects.create(**defaults | fields)


def make_link_check(**fields):
    """Make a link that answered."""
    defaults = {
        "url": f"https://lien-{next(numbers)}.example/",
        "answer": "répond (200)",
        "checked_at": timezone.now(),
    }
    return LinkCheck.objects.create(**defaults | fields)


def make_missed_search(**fields):
    """Make a search that came on enough days for its words to be known."""
    n = next(numbers)
    defaults = {
        "digest": f"{n:064x}",
        "words": f"kiosque {n}",
        "days": 3,
        "count": 3,
        "last_day": timezone.localdate(),
    }
    return MissedSearch.objects.create(**defaults | fields)


# What the site ships with.
CONTENT_FACTORIES = {
    Territory: make_territory,
    MapGrid: make_map_grid,
    Intercommunality: make_intercommunality,
    Commune: make_commune,
    FormerCommune: make_former_commune,
    Source: make_source,
    Statistic: make_statistic,
    Distribution: make_distribution,
    Bin: make_bin,
    DepartmentRank: make_rank,
    KeyFigure: make_key_figure,
    Term: make_term,
    Lever: make_lever,
    Action: make_action,
    LegalText: make_legal_text,
    Rule: make_rule,
    Argument: make_argument,
    Resource: make_resource,
    Synonym: make_synonym,
    Competence: make_competence,
    DeliberationBlock: make_deliberation_block,
    Sector: make_sector,
    Family: make_family,
    Enterprise: make_enterprise,
    Page: make_page,
    Service: make_service,
    Mission: make_mission,
    Person: make_person,
    Subject: make_subject,
    SiteIdentity: make_identity,
}
# What comes with use.
DESK_FACTORIES = {
    DeclaredCompetence: make_declared_competence,
    Photo: make_photo,
    Route: make_route,
    Message: make_message,
    Entry: make_entry,
    Mail: make_mail,
    Reading: make_reading,
    Allowance: make_allowance,
    Operation: make_operation,
    OldAddress: make_old_address,
    UnsavedForm: make_unsaved_form,
    LinkCheck: make_link_check,
    MissedSearch: make_missed_search,
}
# What sweeps over our models go by.
FACTORIES = CONTENT_FACTORIES | DESK_FACTORIES
