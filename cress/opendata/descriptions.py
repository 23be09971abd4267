"""Descriptions of a dataset for programs: metadata of its files, Table Schema, DCAT."""

from django.urls import reverse

from cress.base.web.addresses import absolute
from cress.opendata.datasets import DATASETS, days_of_change
from cress.opendata.datasets.declaration import LIST_DELIMITER

_EUROPE = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types"


def page_address(dataset=None):
    """Return the absolute address of the page of a dataset, or of the list of datasets."""
    return absolute(dataset.get_absolute_url() if dataset else reverse("opendata:data"))


def schema_address(dataset):
    return absolute(reverse("opendata:schema", args=[dataset.slug]))


def metadata(dataset, publication, filters, changed_on):
    """
    Return the metadata in a JSON or GeoJSON file, given its filters and the day of the last
    change of its rows.
    """
    identity = publication.identity
    return {
        "titre": dataset.title,
        "description": dataset.description,
        "diffuseur": identity.full_name or None,
        "licence": publication.licence,
        "adresse_licence": identity.data_licence_url or None,
        "mise_a_jour": changed_on,
        "sources": [
            {
                "producteur": source.producer,
                "source": source.title,
                "millesime": source.vintage or None,
                "edition": source.edition or None,
                "serie": source.series or None,
                "adresse": source.url or None,
            }
            for source in dataset.sources(publication)
        ],
        "credits": dataset.credits(publication),
        "filtres": filters,
        "page": page_address(dataset),
        "schema": schema_address(dataset),
        "catalogue": absolute(reverse("opendata:catalogue")),
    }


def table_schema(dataset, publication):
    """Return the Table Schema of the dataset's CSV file."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": dataset.slug,
        "title": dataset.title,
        "description": dataset.description,
        "homepage": page_address(dataset),
        "fields": [_field(column) for column in dataset.columns],
        "primaryKey": dataset.key,
        "missingValues": [""],
    }


def _field(column):
    field = {
        "name": column.name,
        "type": column.kind,
        "format": column.format,
        "delimiter": LIST_DELIMITER if column.kind == "list" else "",
        "title": column.title,
        "description": column.description,
        "constraints": column.constraints,
    }
    return {name: value for name, value in field.items() if value}


def catalogue(publication, files):
    """
    Return the catalogue as JSON-LD, in the vocabulary of DCAT-AP.

    `files` gives the (name, Format) of a dataset's files. Unknown values are left out.
    """
    identity = publication.identity
    changed_on = days_of_change(publication)
    return _without_empty(
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
                "vcard": "http://www.w3.org/2006/vcard/ns#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": page_address(),
            "@type": "dcat:Catalog",
            "dct:title": _french(" – ".join(filter(None, ["Données ouvertes", identity.name]))),
            "dct:description": _french("Les données que ce site montre, en fichiers."),
            "dct:language": {"@id": f"{_EUROPE}/language/FRA"},
            "dct:publisher": _publisher(publication),
            "dct:license": _link(identity.data_licence_url),
            "foaf:homepage": {"@id": page_address()},
            "dcat:dataset": [
                _dataset(dataset, publication, files(dataset), changed_on[dataset.slug])
                for dataset in DATASETS
            ],
        }
    )


def _dataset(dataset, publication, files, changed_on):
    sources = list(dataset.sources(publication))
    return _without_empty(
        {
            "@id": page_address(dataset),
            "@type": "dcat:Dataset",
            "dct:identifier": dataset.slug,
            "dct:title": _french(dataset.title),
            "dct:description": _french(dataset.description),
            "dcat:keyword": [_french(keyword) for keyword in dataset.keywords],
            "dcat:theme": {"@id": f"{_EUROPE}/data-theme/{dataset.theme}"},
            "dct:language": {"@id": f"{_EUROPE}/language/FRA"},
            "dct:publisher": _publisher(publication),
            "dcat:contactPoint": _without_empty(
                {
                    "@type": "vcard:Organization",
                    "vcard:fn": publication.publisher,
                    "vcard:hasURL": {"@id": absolute(reverse("contact:contact"))},
                }
            ),
            "dct:modified": _date(changed_on),
            "dct:accrualPeriodicity": {"@id": f"{_EUROPE}/frequency/IRREG"},
            "dct:spatial": _region(publication),
            "dct:temporal": _period([source.year for source in sources]),
            "dct:source": [_link(source.url) for source in sources if source.url],
            "dct:provenance": [
                {
                    "@type": "dct:ProvenanceStatement",
                    "rdfs:label": _french(f"{source.citation}, {source.dating}"),
                }
                for source in sources
            ],
            "dcat:landingPage": {"@id": page_address(dataset)},
            "dcat:distribution": [
                _distribution(dataset, publication, name, form) for name, form in files
            ],
        }
    )


def _distribution(dataset, publication, name, form):
    address = absolute(reverse("opendata:file", args=[name]))
    rights = [f"Licence : {publication.licence}.", *dataset.credits(publication)]
    return _without_empty(
        {
            "@id": address,
            "@type": "dcat:Distribution",
            "dct:title": _french(f"{dataset.title} ({form.label})"),
            "dcat:accessURL": {"@id": address},
            "dcat:downloadURL": {"@id": address},
            "dct:format": {"@id": f"{_EUROPE}/file-type/{form.file_type}"},
            "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}/{form.media_type.partition(';')[0]}"},
            "dct:conformsTo": form.follows_schema and {"@id": schema_address(dataset)},
            "dct:license": _link(publication.identity.data_licence_url),
            "dct:rights": {
                "@type": "dct:RightsStatement",
                "rdfs:label": _french(" ".join(rights)),
            },
        }
    )


def _publisher(publication):
    identity = publication.identity
    return _without_empty(
        {
            "@id": absolute("/"),
            "@type": "foaf:Organization",
            "foaf:name": publication.publisher,
            "foaf:homepage": _link(identity.website),
        }
    )


def _region(publication):
    region = publication.atlas.region
    return region and _link(f"http://id.insee.fr/geo/region/{region.code}")


def _period(years):
    """Return the period from the first to the last of the years that sources describe."""
    return years and {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@type": "xsd:gYear", "@value": str(min(years))},
        "dcat:endDate": {"@type": "xsd:gYear", "@value": str(max(years))},
    }


def _date(day):
    return day and {"@type": "xsd:date", "@value": day.isoformat()}


def _french(text):
    return text and {"@language": "fr", "@value": text}


def _link(address):
    return {"@id": address} if address else None


def _without_empty(description):
    return {name: value for name, value in description.items() if value}
