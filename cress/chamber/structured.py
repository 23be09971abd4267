"""The structured data of a page, in the vocabulary of schema.org."""

from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import mark_safe

from cress.base.web.addresses import absolute

CONTEXT = "https://schema.org"
SHARES_FILES = {
    "territoires.csv": "text/csv",
    "territoires.json": "application/json",
    "territoires.geojson": "application/geo+json",
}


def organization(identity):
    """Describe the chamber; unknown values are left out."""
    description = {
        "@type": "Organization",
        "name": identity.full_name,
        "alternateName": identity.name,
        "url": identity.website or absolute(),
        "telephone": identity.telephone,
        "email": identity.email,
        "address": identity.address,
    }
    return {name: value for name, value in description.items() if value}


def breadcrumb(steps):
    """Describe the breadcrumb of a page: (name, address) pairs from the home page on."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": name, "item": absolute(address)}
            for n, (name, address) in enumerate(steps, 1)
        ],
    }


def shares_dataset(identity, source, region):
    """Describe the table of shares that the page of territories shows."""
    description = {
        "@type": "Dataset",
        "name": "Parts de l’ESS parmi les salariés et les établissements employeurs"
        + (f" {region.of}" if region else ""),
        "description": "Part de l’économie sociale et solidaire dans les salariés et dans les "
        f"établissements employeurs de chaque département. Source\u202f: {source.citation}.",
        "url": absolute(reverse("territories:territory_list")),
        "temporalCoverage": source.vintage or None,
        "isBasedOn": source.url,
        "creator": organization(identity) or None,
        "license": identity.data_licence_url,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": media_type,
                "contentUrl": absolute(reverse("opendata:file", args=[name])),
            }
            for name, media_type in SHARES_FILES.items()
        ],
    }
    return {name: value for name, value in description.items() if value}


def as_script(description):
    """Return the description as a script element; its content is escaped."""
    element = json_script({"@context": CONTEXT} | description)
    return mark_safe(element.replace("application/json", "application/ld+json", 1))  # noqa: S308
