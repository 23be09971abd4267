"""What a visitor narrows the directory by."""

from urllib.parse import urlencode

from django import forms

from policies.models import Lever
from territories.models import Territory


class DirectoryFilter(forms.Form):
    """
    The choices that stand in the directory's address: « ?departement=18&levier=… ».

    A value that is not offered is told beside its field, and narrows nothing.
    """

    # What each choice compares with, in the order of the form.
    LOOKUPS = {"departement": "department__code", "levier": "levers__slug"}

    departement = forms.ChoiceField(label="Département", required=False)
    levier = forms.ChoiceField(label="Levier", required=False)

    def __init__(self, data):
        super().__init__(data, auto_id="filtre-%s")
        departments = Territory.objects.departments().values_list("code", "name")
        levers = Lever.objects.published().values_list("slug", "title")
        self.fields["departement"].choices = [("", "Tous"), *departments]
        self.fields["levier"].choices = [("", "Tous"), *levers]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "Ce choix n’existe pas."
        self.is_valid()

    @property
    def chosen(self):
        """The valid choices by field name."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, enterprises):
        """Keep of a queryset what has all that is chosen."""
        return enterprises.filter(
            **{self.LOOKUPS[name]: value for name, value in self.chosen.items()}
        )

    @property
    def query(self):
        """The choices as an address holds them."""
        return urlencode(self.chosen)

    @property
    def chips(self):
        """What is chosen, each with its label and the query that holds all the others."""
        return [
            (
                dict(self.fields[name].choices)[value],
                urlencode({other: kept for other, kept in self.chosen.items() if other != name}),
            )
            for name, value in self.chosen.items()
        ]
