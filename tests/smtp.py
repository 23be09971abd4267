"""Mail servers of one's own on 127.0.0.1: one that takes mail, and the ways in which one fails."""

import socket
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.postgresql import free_port


class Mailbox:
    """
    What a mail server took, and how it answers.

    `refuses` maps a recipient to the answer they get instead; "*" stands for everyone.
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
    """Run a server that takes mail; yield its Mailbox."""
    mailbox = mailbox or Mailbox(port or free_port())
    controller = _Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def dumb_server(port, greeting=b""):
    """
    Run a server that says the greeting, or nothing at all, and then holds the line.

    Yield the event that is set when someone has called.
    """
    called, lines = threading.Event(), []
    with socket.create_server(("127.0.0.1", port)) as server:

        def answer():
            while True:
                try:
                    line, _ = server.accept()
                except OSError:  # closed below
                    return
                lines.append(line)
                called.set()
                if greeting:
                    line.sendall(greeting)

        threading.Thread(target=answer, daemon=True).start()
        try:
            yield called
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for line in lines:
                line.close()
