"""Granian, the web server, as the demonstration and production both start it."""

from django.conf import settings


def serve(host, port):
    """
    Serve the site until SIGINT or SIGTERM.

    Granian answers /media/ itself, so that uploads never pass through Python where no
    front server stands before it.
    """
    from granian import Granian
    from granian.constants import Interfaces

    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    Granian(
        "cress.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_BLOCKING_THREADS,
        static_path_route=[settings.MEDIA_URL.rstrip("/")],
        static_path_mount=[settings.MEDIA_ROOT],
        log_level="warning",
        respawn_failed_workers=True,
    ).serve()
