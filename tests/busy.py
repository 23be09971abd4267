"""Simulate a server whose spare threads are all in use."""

from contextlib import ExitStack, contextmanager, suppress

from cress.base.files.locks import BusyError, spare_thread


@contextmanager
def no_spare_thread():
    """Hold every thread that the pages can spare; there is at least one."""
    with ExitStack() as taken:
        taken.enter_context(spare_thread())
        with suppress(BusyError):
            while True:
                taken.enter_context(spare_thread())
        yield
