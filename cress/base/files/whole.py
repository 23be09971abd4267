"""Write files that are complete, or not there at all."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

READABLE_BY_ALL = 0o644
READABLE_BY_OWNER = 0o600


@contextmanager
def whole_file(path, mode=READABLE_BY_ALL):
    """
    Open a file to write bytes to; make its folder.

    The file appears at its path only once it is complete. Readers and other writers never see
    a part of it. Raise OSError when the disk refuses it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            yield file
            file.flush()  # a full disk raises its error here
        except BaseException:
            temporary.unlink()
            raise
    temporary.chmod(mode)
    temporary.replace(path)


def write_whole(path, content, mode=READABLE_BY_ALL):
    """Write bytes to a file that appears only once it is complete. Raise OSError."""
    with whole_file(path, mode) as file:
        file.write(content)
