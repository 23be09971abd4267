"""
The pages of communes and EPCI that a sweep of all pages reads.

They are 1 836, and alike: these are of each kind. tests/test_at_home.py asks for all addresses.
"""

PLACES_PART = "/sitemap-territoires.xml"
SWEPT_PLACES = [
    "/territoires/18-cher/chateaumeillant/",
    "/territoires/18-cher/ainay-le-vieil/",  # its centre is not known
    "/territoires/18-cher/bourges/",
    "/territoires/36-indre/vineuil/",  # with a homonym
    "/territoires/45-loiret/orleans/",  # in a métropole
    "/territoires/intercommunalites/ca-bourges-plus/",
    "/territoires/intercommunalites/cc-du-pays-d-issoudun/",  # of two departments
]


def without_most_places(paths):
    """Return the paths of a sitemap with the swept places alone, each where it is listed."""
    return [path for path in paths if path in SWEPT_PLACES or not _is_place(path)]


def _is_place(path):
    return path.startswith("/territoires/") and path.count("/") == 4 and "plaquette" not in path
