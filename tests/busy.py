"""A server without a thread to spare."""

from contextlib import ExitStack, contextmanager, suppress

from cress.base.files.locks import BusyError, spare_thread


@contextmanager
def no_spare_thread():
    """Take the threads that the pages can spare; there is at least one."""
    with ExitStack() as taken:
        taken.enter_context(spare_thread())
        with suppress(BusyError):
            while True:
                taken.enter_context(spare_thread())
        yield
