"""The one error of tables and of what is imported from them."""

from cress.base.text.typography import french


class TableError(ValueError):
    """Why a file or an import is refused and what to do, in French, for the person who gives it."""

    def __init__(self, message):
        super().__init__(french(message))
