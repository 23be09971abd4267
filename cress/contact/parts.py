"""What a search finds of the contact page: the people to call, the subjects of a message."""

from functools import partial

from django.urls import reverse

from cress.base.search.parts import Part, Type, reads
from cress.contact.models import Person, Subject
from territories.models import Territory


@reads(Person, Person.territories.through, Territory, Subject)
def parts():
    address = partial(reverse, "contact:contact")
    for person in Person.objects.prefetch_related("territories"):
        places = [territory.name for territory in person.territories.all()]
        yield Part.of(
            person,
            Type.PERSON,
            "Personne à contacter",
            person.name,
            address,
            [person.role, person.email, person.telephone, *places],
            heading=person.role,
        )
    for subject in Subject.objects.all():
        yield Part.of(
            subject,
            Type.PAGE,
            "Écrire à la CRESS",
            subject.name,
            address,
            is_published=subject.is_offered,
        )
