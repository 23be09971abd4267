"""The web server and the sending of mail, as demonstration and production both start them."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces

# An upload never changes under its name: browsers may keep it.
UPLOADS_KEPT = 365 * 24 * 3600  # seconds


class Server(Granian):
    """Granian, which also says when its address answers."""

    when_ready = None

    def startup(self, *arguments):
        super().startup(*arguments)
        while self.when_ready and not self.main_loop_interrupt.wait(0.02):  # seconds
            with socket.socket() as probe:
                if probe.connect_ex((self.bind_addr, self.bind_port)) == 0:
                    self.when_ready()
                    return


@contextmanager
def sending_mail():
    """
    Send the mail that waits, in a process of its own, meanwhile.

    A session of its own keeps the terminal's signals away: we stop it ourselves, and if we are
    killed it stops by itself.
    """
    with subprocess.Popen(  # noqa: S603
        [sys.executable, settings.BASE_DIR / "manage.py", "send_pending", "--loop"]
        + ["--parent", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def serve(host, port, when_ready=None):
    """
    Serve the site, and send its mail, until SIGINT or SIGTERM.

    Granian answers /media/ itself, so that uploads never pass through Python where no
    front server stands before it.
    """
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
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
        # Else a worker waits for a half-sent request, and one told to stop in its first
        # instants does not hear it (Granian 2.8).
        workers_kill_timeout=5,  # seconds
    )
    server.when_ready = when_ready
    with sending_mail():
        server.serve()
