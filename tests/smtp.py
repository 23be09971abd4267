"""Mail servers on 127.0.0.1: one that accepts mail, and those that fail."""

import socket
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.postgresql import free_port
from tests.waits import LIMIT


class Mailbox:
    """
    The letters that a mail server accepted, and its answers.

    `refuses` maps a recipient to the answer that refuses them; "*" stands for all recipients.
    """

    def __init__(self, port):
        self.port = port
        self.letters = []  # (recipients, EmailMessage)
        self.refuses = {}

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address):
        return [letter for recipients, letter in self.letters if address in recipients]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if answer := self.refuses.get(address, self.refuses.get("*")):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((tuple(envelope.rcpt_tos), letter))
        return "250 OK"


class _Controller(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="127.0.0.1", ident="tests")


@contextmanager
def mail_server(port=None, mailbox=None):
    """Run a server that accepts mail; yield its Mailbox."""
    mailbox = mailbox or Mailbox(port or free_port())
    controller = _Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, ready_timeout=LIMIT)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def dumb_server(port, greeting=b""):
    """
    Run a server that sends the greeting, or nothing, and then keeps the connection open.

    Yield an event that is set at the first connection.
    """
    connected, connections = threading.Event(), []
    with socket.create_server(("127.0.0.1", port)) as server:

        def answer():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # closed below
                    return
                connections.append(connection)
                connected.set()
                if greeting:
                    connection.sendall(greeting)

        threading.Thread(target=answer, daemon=True).start()
        try:
            yield connected
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for connection in connections:
                connection.close()
