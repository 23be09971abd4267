"""
Tables as people have them: CSV files of spreadsheets and public registers, Excel workbooks.

`text` finds out how a text file is encoded and cut into columns, `records` reads its records,
`workbooks` reads Excel files. Importers use `read_sheets` for a small file, and `Table` for a
file of any length whose columns have known headings. All raise TableError.
"""

from cress.base.files.tables.errors import TableError
from cress.base.files.tables.named import Row, Table
from cress.base.files.tables.sheets import Sheet, read_sheets

__all__ = ["Row", "Sheet", "Table", "TableError", "read_sheets"]
