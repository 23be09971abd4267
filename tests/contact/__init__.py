import pytest

# Their assertions explain themselves as those of the tests do.
pytest.register_assert_rewrite("tests.contact.desk", "tests.contact.form")
