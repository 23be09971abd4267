"""What a search finds of the levers, the arguments, the glossary and the resources."""

from functools import partial

from django.urls import reverse

from cress.base.search.parts import Part, Type, reads
from cress.base.text.typography import french
from policies.models import (
    Action,
    Argument,
    Competence,
    DeliberationBlock,
    LegalText,
    Lever,
    Resource,
    Rule,
    Term,
)

# {kind: (what it is, the name of its URL, the anchor of its section)}
_ARGUMENTS = {
    Argument.Kind.REASON: ("Raison d’agir", "chamber:arguments", "reasons-title"),
    Argument.Kind.KEYWORD: ("Mot clé", "chamber:arguments", "reasons-title"),
    Argument.Kind.STRENGTH: ("Atout", "chamber:arguments", "strengths-title"),
    Argument.Kind.REFERENT: ("Élu référent", "chamber:arguments", "referent-title"),
    Argument.Kind.STEP: ("Premier pas", "printing:roadmap", ""),
}


@reads(Lever, Action, Competence, Rule, LegalText, Argument, Term, Resource, DeliberationBlock)
def parts():
    yield from _levers()
    yield from _parts_of_levers()
    for argument in Argument.objects.all():
        kind, name, anchor = _ARGUMENTS[argument.kind]
        yield Part.of(
            argument,
            Type.REASON,
            kind,
            argument.title,
            partial(reverse, name),
            [argument.text],
            anchor=anchor,
        )
    for term in Term.objects.all():
        yield Part.of(
            term, Type.TERM, "Mot du glossaire", term.name, term.get_absolute_url, [term.definition]
        )
    for resource in Resource.objects.all():
        yield Part.of(
            resource,
            Type.RESOURCE,
            "Ressource",
            resource.title,
            resource.url,
            [resource.description, f"{resource.publisher}."],
            heading=resource.publisher,
        )
    for block in DeliberationBlock.objects.all():
        yield Part.of(
            block,
            Type.PAGE,
            f"Modèle, {block.get_paper_display()}",
            block.get_part_display().capitalize(),
            partial(reverse, "printing:deliberation"),
            [block.text],
            heading="Préparer ma délibération",
        )


def _levers():
    for lever in Lever.objects.all():
        of_lever = {"is_published": lever.is_published}
        sections = [
            ("", "", [lever.summary, lever.get_theme_display(), lever.credit, lever.text]),
            ("who-title", "Qui agit", [lever.who_acts]),
            ("next-month-title", "Sans argent, le mois prochain", [lever.next_month]),
            ("trap-title", "Le piège", [lever.trap]),
            ("examples-title", "Dans la région", [lever.nearby]),
        ]
        for anchor, heading, texts in sections:
            if any(texts):
                yield Part.of(
                    lever,
                    Type.LEVER,
                    "Levier",
                    heading or lever.title,
                    lever.get_absolute_url,
                    texts,
                    anchor=anchor,
                    heading=lever.title if heading else "",
                    **of_lever,
                )
        yield Part.of(
            lever,
            Type.FILE,
            "Fiche à imprimer (PDF)",
            french(f"Fiche : {lever.title}"),
            partial(reverse, "printing:lever_sheet", args=[lever.slug]),
            **of_lever,
        )


def _parts_of_levers():
    for action in Action.objects.select_related("lever"):
        yield Part.of(
            action,
            Type.ACTION,
            "Action d’un levier",
            action.text,
            action.lever.get_absolute_url,
            [action.instrument, *(text for _, text in action.steps)],
            anchor=action.anchor,
            heading=action.lever.title,
            is_published=action.lever.is_published,
        )
    for competence in Competence.objects.select_related("lever"):
        yield Part.of(
            competence,
            Type.ACTION,
            "Compétence",
            competence.title,
            competence.lever.get_absolute_url,
            [competence.legal_basis, competence.other_holder, competence.needs, competence.note],
            heading=competence.lever.title,
            is_published=competence.lever.is_published,
        )
    for rule in Rule.objects.select_related("lever", "legal_text"):
        lever = rule.lever
        yield Part.of(
            rule,
            Type.RULE,
            "Règle",
            rule.title or rule.get_topic_display() or "Ce que dit le droit",
            lever.get_absolute_url if lever else partial(reverse, "policies:how_to_act"),
            [rule.text, rule.legal_text and rule.legal_text.name, rule.articles],
            anchor=rule.anchor,
            heading=lever.title if lever else "Comment agir",
            is_published=not lever or lever.is_published,
        )
