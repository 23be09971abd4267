"""Why a line, or a whole import, goes no further."""


class RefusedError(ValueError):
    """What is wrong with a line and what to do, in French."""


class ListError(Exception):
    """Why an import stops, in French; the batches before are written."""
