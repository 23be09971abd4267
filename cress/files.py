"""Files that the site writes for itself."""

from pathlib import Path
from tempfile import NamedTemporaryFile

READ_BY_ALL = 0o644
READ_BY_US = 0o600


def write_whole(path, content, mode=READ_BY_ALL):
    """Write bytes whole or not at all, whoever else writes or reads the file; make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    temporary = Path(file.name)
    temporary.chmod(mode)
    temporary.replace(path)
