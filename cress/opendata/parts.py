"""What a search finds of the open data: each dataset."""

from cress.base.search.parts import Part, Type, reads
from cress.opendata.datasets import DATASETS


@reads()
def parts():
    for dataset in DATASETS:
        yield Part(
            Type.FILE,
            "Jeu de données (CSV, JSON)",
            dataset.title,
            dataset.get_absolute_url,
            heading="Données ouvertes",
            text=" ".join([dataset.description, *dataset.keywords]),
        )
