"""The web server and the worker, as demonstration and production both start them."""

import socket
import time

from django.conf import settings
from django.db import connections
from granian import Granian
from granian.constants import Interfaces

from cress.operations.supervisor import worker_beside

# An upload never changes under its name: browsers may keep it.
UPLOADS_KEPT = 365 * 24 * 3600  # seconds


class Server(Granian):
    """Granian, which also calls `when_ready` once its address answers."""

    when_ready = None

    def startup(self, *arguments):
        super().startup(*arguments)
        # Not a wait on Granian's event: its signal handler takes the lock of that event.
        while self.when_ready and not self.main_loop_interrupt.is_set():
            time.sleep(0.02)  # seconds
            with socket.socket() as probe:
                if probe.connect_ex((self.bind_addr, self.bind_port)) == 0:
                    self.when_ready()
                    return


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
