#!/usr/bin/env python
"""Django's command line for the site."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cress.settings")
    if sys.argv[1:2] == ["demo"]:
        # The demonstration brings its own environment, and settings are read only once.
        from cress.operations.demonstration import set_environment

        set_environment(sys.argv[2:])

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
