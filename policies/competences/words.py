"""
The French words beside a competence, below a heading that names who exercises it.

Below « Votre commune »: « sauf transfert à l’intercommunalité ; à vérifier dans les statuts ».
"""

from django.utils.formats import date_format

from cress.base.text.numbers import format_number
from cress.base.text.typography import french
from policies.competences.models import Competence

Holder, Rule = Competence.Holder, Competence.Rule

CHECK = "à vérifier dans les statuts"


def date_in_words(date):
    """Return « 1er janvier 2026 »."""
    text = date_format(date, "j F Y")
    return f"1er{text[1:]}" if date.day == 1 else text


def in_banatic(as_of, is_whole):
    """Return « d’après Banatic, état au … »; `is_whole` is false for a part of the codes."""
    part = "" if is_whole else "en partie, "
    return f"{part}d’après Banatic, état au {date_in_words(as_of)}"


def commune_words(competence, grouping):
    """Return the words for a competence of the commune; `grouping` is its EPCI or None."""
    is_transferable = competence.holder == Holder.COMMUNE_UNLESS_TRANSFERRED
    transfer = "sauf transfert à l’intercommunalité" if grouping and is_transferable else ""
    return _written(_likely(competence), transfer, CHECK if grouping else "")


def shared_words(competence, grouping, declared):
    """Return the words for a shared competence; `declared` is in_banatic()'s answer, or empty."""
    subject = "chacune" if grouping else "elle"
    if competence.holder == Holder.BUYER:
        return _written(_likely(competence), f"{subject} décide de ses achats")
    if competence.holder == Holder.EACH:
        return _written(_likely(competence), f"{subject} décide pour elle-même")
    if declared:
        declared = f"l’intercommunalité l’exerce ({declared})"
    check = CHECK if grouping else ""
    return _written(_likely(competence), f"{subject} peut agir", declared or check)


def law_words(competence, grouping):
    """Return the rule by which the law gives the competence to the EPCI."""
    rule = competence.rule_for(grouping.kind)
    if rule == Rule.ABOVE:
        reason = f"de plein droit au-dessus de {_threshold(competence)}"
    elif rule == Rule.LAW:
        reason = f"de plein droit pour une {grouping.get_kind_display()}"
    else:
        reason = "sauf si les communes s’y sont opposées"
    return _written(_likely(competence), reason, CHECK)


def statutes_words(competence, grouping):
    """Return the words for an EPCI whose statutes decide, below the threshold if there is one."""
    is_above = competence.rule_for(grouping.kind) == Rule.ABOVE
    reason = f"obligatoire au-dessus de {_threshold(competence)}" if is_above else ""
    return _written(_likely(competence), reason, CHECK)


def no_grouping_words():
    """Return the words for a competence of EPCI in a commune that has none."""
    return "la loi la confie à une intercommunalité : demandez à la préfecture qui l’exerce ici"


def other_words(competence):
    return _written(_likely(competence), competence.other_holder, CHECK)


def moot_words(competence, commune):
    """Return the words for a place too small for what the competence needs."""
    where = "votre commune" if commune else "l’une de ses communes"
    return french(f"sans objet, sauf s’il y a {competence.needs} dans {where}")


def _likely(competence):
    return "" if competence.certainty == Competence.Certainty.SURE else "le plus souvent"


def _threshold(competence):
    words = f"{format_number(competence.threshold)} habitants"
    if competence.town_threshold:
        words += f", avec une commune de plus de {format_number(competence.town_threshold)}"
    return words


def _written(likely, *reasons):
    """Join the words: « le plus souvent, sauf transfert… ; à vérifier dans les statuts »."""
    reasons = [reason for reason in reasons if reason]
    if likely and reasons[:1] not in ([], [CHECK]):
        reasons[0] = f"{likely}, {reasons[0]}"
    elif likely:
        reasons.insert(0, likely)
    return french(" ; ".join(reasons))
