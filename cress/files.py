"""Files that the site writes for itself."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

READ_BY_ALL = 0o644
READ_BY_US = 0o600


@contextmanager
def whole_file(path, mode=READ_BY_ALL):
    """
    Open a file to write bytes to; make its folder.

    It is there whole or not at all, whoever else writes or reads it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            yield file
            file.flush()  # a full disk is found out here
        except BaseException:
            temporary.unlink()
            raise
    temporary.chmod(mode)
    temporary.replace(path)


def write_whole(path, content, mode=READ_BY_ALL):
    """Write bytes as a whole file."""
    with whole_file(path, mode) as file:
        file.write(content)
