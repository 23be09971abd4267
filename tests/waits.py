"""How long the tests wait: a limit that is reached only when something hangs."""

import time

# The slowest of what is awaited, a first start, takes some ten seconds on two busy cores.
LIMIT = 600  # seconds


def wait_until(condition, why="This never came true."):
    """Call a function until it returns something true, and return that."""
    end = time.monotonic() + LIMIT
    while not (result := condition()):
        assert time.monotonic() < end, why
        time.sleep(0.05)  # seconds
    return result
