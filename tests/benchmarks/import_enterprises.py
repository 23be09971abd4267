"""
How long the import of a list takes, and how much memory.

    python -m tests.benchmarks.import_enterprises [ROWS ...]
    python -m tests.postgresql python -m tests.benchmarks.import_enterprises

The database is new. Each size is imported, then imported again unchanged, each time by a new
process, whose peak resident memory is measured.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

SIZES = [10_000, 100_000]


def measured(*arguments):
    """Run manage.py; return (seconds, peak resident memory in MiB)."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{arguments[0]} : {process.returncode}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def main(sizes):
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        os.environ |= {
            "SECRET_KEY": "only-for-this",
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "cress.settings",
        }
        django.setup()
        from tests.made_up_enterprises import made_up_rows, write_list

        measured("migrate", "-v0")
        measured("load_content", "-v0")
        for size in sizes:
            path = Path(folder, f"{size}.csv")
            with path.open("w", encoding="utf-8", newline="") as file:
                write_list(file, made_up_rows(size))
            for title, options in [
                ("dry run", []),
                ("written", ["--apply"]),
                ("again", ["--apply"]),
            ]:
                seconds, memory = measured("import_enterprises", str(path), *options)
                print(
                    f"{size:>7} rows, {title:<8}: {seconds:6.1f} s, "
                    f"{size / seconds:6.0f} rows/s, {memory:4.0f} MiB"
                )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
