#!/usr/bin/env python
"""Django's command line for the site."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cress.settings")
    if sys.argv[1:2] == ["demo"]:
        # The demonstration sets its own environment, and settings are read only once.
        from cress.operations.demonstration import set_environment

        set_environment(sys.argv[2:])

    from django.core.management import execute_from_command_line

    if len(sys.argv) > 1 and not {"--help", "-h"} & set(sys.argv):
        check_database()
    execute_from_command_line(sys.argv)


def check_database():
    """End with one line on a database that the command must not touch."""
    import django
    from django.core.management.base import CommandError

    django.setup()
    from cress.operations.databases import check_database_before

    try:
        check_database_before(sys.argv[1])
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
