"""A small region, and the command that imports a list into it."""

import pytest
from django.core.management import call_command

from tests.factories import make_commune, make_family, make_sector, make_territory
from tests.html import plain


@pytest.fixture
def bourges(db):
    """A region of one department and one commune, and the sector that all sites have."""
    cher = make_territory(code="18", name="Cher", inside="dans le Cher")
    make_sector(slug="industrie", name="Industrie")
    for slug in ["association", "cooperative", "mutuelle", "fondation"]:
        make_family(slug=slug, name=slug.capitalize())
    return make_commune(
        insee_code="18033", name="Bourges", postcodes="18000 18230", department=cher
    )


@pytest.fixture
def take(tmp_path, capsys):
    """Import a text or bytes as a file; return the output of the command in plain spaces."""

    def take_list(content, *options, apply=True):
        path = tmp_path / "liste.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        capsys.readouterr()
        call_command("import_enterprises", str(path), *options, *["--apply"] * apply)
        return plain(capsys.readouterr().out)

    return take_list
