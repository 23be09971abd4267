"""The web server and the worker, as demonstration and production both start them."""

import math
import socket
import time

from django.conf import settings
from django.db import connections
from granian import Granian
from granian.constants import Interfaces

from cress.operations.supervisor import worker_beside

# An upload never changes under its name: browsers may keep it.
UPLOADS_KEPT = 365 * 24 * 3600  # seconds


class SignalSafeEvent:
    """
    An event that a signal handler may set, unlike threading.Event.

    A handler runs between two instructions of the main thread. If that thread is inside wait(),
    it may hold the lock of a threading.Event, and set() in the handler then blocks for ever.
    """

    def __init__(self):
        self._is_set = False

    def is_set(self):
        return self._is_set

    def set(self):
        self._is_set = True

    def clear(self):
        self._is_set = False

    def wait(self, timeout=math.inf):
        end = time.monotonic() + timeout
        while not self._is_set and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))
        return self._is_set


class Server(Granian):
    """Granian, which also calls `when_ready` once its address answers."""

    when_ready = None

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        # Granian's handlers of SIGINT and SIGTERM set it (2.8).
        self.main_loop_interrupt = SignalSafeEvent()

    def startup(self, *arguments):
        super().startup(*arguments)
        while self.when_ready and not self.main_loop_interrupt.wait(0.02):  # seconds
            with socket.socket() as probe:
                if probe.connect_ex((self.bind_addr, self.bind_port)) == 0:
                    self.when_ready()
                    return

    def shutdown(self, exit_code=0):
        """End with code 0 on a signal, even if the terminal sent it to the child processes too."""
        try:
            super().shutdown(exit_code)
        except SystemExit:
            if exit_code or not self.interrupt_signal:
                raise


def serve(host, port, when_ready=None):
    """
    Serve the site, with a worker beside it, until SIGINT or SIGTERM.

    Granian answers /media/ itself, so that uploads never pass through Python where no
    front server stands before it.
    """
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    connections.close_all()  # the server's processes are forks of this one
    server = Server(
        "cress.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_BLOCKING_THREADS,
        static_path_route=[settings.MEDIA_URL.rstrip("/")],
        static_path_mount=[settings.MEDIA_ROOT],
        static_path_expires=UPLOADS_KEPT,
        log_level="warning",
        respawn_failed_workers=True,
        # Without a limit, one of its processes waits for a half-sent request, and one that is
        # stopped in its first instants never ends (Granian 2.8).
        workers_kill_timeout=5,  # seconds
    )
    server.when_ready = when_ready
    with worker_beside():
        server.serve()
