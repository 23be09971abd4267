"""Addresses that hold from anywhere."""


def site_root(request):
    """Return the start of the site's addresses: « https://www.example.org »."""
    return request.build_absolute_uri("/").rstrip("/")
