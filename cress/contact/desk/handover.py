"""What the desk does when an account leaves: its messages and its rules pass to others."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse
from django.utils.http import urlencode

from cress.accounts.leaving import CAME_MEANWHILE, Holding, LeavingRefusedError, still_active
from cress.base.text.typography import french
from cress.contact.desk import actions
from cress.contact.models import Message, Person, Route


class DeskHandover:
    """Messages that are not treated, rules of destination, and the person whom the site names."""

    def holdings_of(self, account):
        holdings = []
        if count := actions.unfinished(account).count():
            query = urlencode({"dossier": "tous", "assigned_to__id__exact": account.pk})
            holdings.append(
                Holding(
                    "messages",
                    f"{count} message{'s' * (count > 1)} à traiter",
                    f"{reverse('admin:contact_message_changelist')}?{query}",
                    "Qui reprend ses messages ?",
                    actions.staff().exclude(pk=account.pk),
                )
            )
        rules = list(_rules_of(account))
        if rules:
            names = " ; ".join(map(str, rules))
            holdings.append(
                Holding(
                    "rules",
                    f"{len(rules)} règle{'s' * (len(rules) > 1)} de destination : {names}",
                    reverse("admin:contact_route_changelist"),
                    "Qui reçoit désormais ces messages ?",
                    Person.objects.exclude(account=account).exclude(account__is_active=False),
                )
            )
        if person := Person.objects.filter(account=account).first():
            holdings.append(
                Holding(
                    "person",
                    f"La fiche « {person} » reste sur le site, dans les personnes à contacter",
                    reverse("admin:contact_person_change", args=[person.pk]),
                )
            )
        return [
            holding._replace(text=french(holding.text), question=french(holding.question))
            for holding in holdings
        ]

    def hand_over(self, account, takers, by):
        """Do it, and write it in the history of each message and of each rule."""
        said = []
        if taker := takers.get("messages"):
            said.append(self._hand_messages(account, taker, by))
        if taker := takers.get("rules"):
            said.append(self._hand_rules(account, taker, by))
        return said

    def _hand_messages(self, account, taker, by):
        moved = actions.hand_over(account, taker, by)
        if not still_active(taker):
            raise LeavingRefusedError(CAME_MEANWHILE)
        sentence = f"Attribué à {taker.known_as} : le compte de {account.known_as} est désactivé."
        _record(by, Message.objects.filter(pk__in=[message.pk for message in moved]), sentence)
        return french(f"Messages confiés à {taker.known_as} : {len(moved)}.")

    def _hand_rules(self, account, taker, by):
        keys = list(_rules_of(account).values_list("pk", flat=True))
        rules = Route.objects.filter(pk__in=keys)
        for rule in rules:
            rule.person = taker
            rule.save(update_fields=["person"])
        _record(
            by, rules, f"Destinataire : {taker}. Le compte de {account.known_as} est désactivé."
        )
        return french(f"Règles de destination confiées à {taker} : {len(keys)}.")


def _rules_of(account):
    rules = Route.objects.filter(person__account=account)
    return rules.select_related("subject", "territory")


def _record(by, rows, sentence):
    LogEntry.objects.log_actions(by.pk, rows, CHANGE, change_message=french(sentence))
