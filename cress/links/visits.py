"""
Visits to an address that a person typed, which never reach a private network.

A name is resolved once for each request, all its addresses must be public, and the connection
is made to one of those: a later change of the name has no effect. Each redirection is checked
in the same way. Only headers are read; every request has a time limit.
"""

import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urljoin, urlsplit

from django.utils.encoding import iri_to_uri

DEFAULT_PORTS = {"http": 80, "https": 443}
PORTS = frozenset(DEFAULT_PORTS.values())
PATIENCE = 10  # seconds, for one request
PAUSE = 1  # seconds, between two requests to a host
MOST_REDIRECTS = 5
MOST_ADDRESSES = 2  # of a host, tried one after the other
# The server works, and refuses robots.
RELUCTANT = {401, 403, 405, 406, 407, 429, 451, 999}
REDIRECTS = {301, 302, 303, 307, 308}
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


@dataclass(frozen=True)
class Visit:
    """How a visit ended, in French, and whether the link failed."""

    answer: str
    is_failure: bool


class VisitError(Exception):
    """An address could not be visited; `visit` is the Visit that results."""

    def __init__(self, answer, is_failure=True):
        super().__init__(answer)
        self.visit = Visit(answer, is_failure)


class NotHttpError(VisitError):
    """The server was reached, and its answer is not HTTP."""


def is_public(address):
    """Whether an IP address is one of the public Internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    # Those that wrap an IPv4 address (mapped, NAT64, 6to4) may lead to a private one.
    return ip.version == 4 or (ip in _GLOBAL_UNICAST and not ip.sixtofour)


def resolve(host, port):
    """Return the IP addresses of a host, those that this machine can reach first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(address[0] for *_, address in found))


class Visitor:
    """
    Visits addresses, one at a time, with a User-Agent that names the site.

    Tests allow visits to their own machine: `may_visit` returns whether an IP address is
    allowed; `ports` are the allowed ports, `trust` the context that checks certificates.
    """

    def __init__(
        self,
        name,
        *,
        may_visit=is_public,
        ports=PORTS,
        addresses_of=resolve,
        trust=None,
        pause=PAUSE,
        patience=PATIENCE,
    ):
        self.name, self.may_visit, self.ports = name, may_visit, ports
        self.addresses_of, self.pause, self.patience = addresses_of, pause, patience
        self.trust = trust or ssl.create_default_context()
        self._last_request = {}  # host: when, in seconds

    def visit(self, url):
        """Return the Visit of an address, redirections followed."""
        try:
            status = self._follow(url)
        except VisitError as error:
            return error.visit
        except ValueError:  # an address that Python refuses, in a redirection for instance
            return Visit("adresse mal formée", is_failure=True)
        if status in RELUCTANT:
            return Visit(f"refuse notre visite ({status})", is_failure=False)
        return Visit(f"répond ({status})", is_failure=False) if status < 400 else _failed(status)

    def _follow(self, url):
        for _ in range(MOST_REDIRECTS + 1):
            status, location = self._ask(url)
            if status not in REDIRECTS or not location:
                return status
            url = urljoin(url, location)
        raise VisitError("trop de redirections")

    def _ask(self, url):
        """Return the status and the redirection of an address; use GET where HEAD fails."""
        try:
            status, location = self._request("HEAD", url)
        except NotHttpError:
            return self._request("GET", url)
        return (status, location) if status < 400 else self._request("GET", url)

    def _request(self, method, url):
        scheme, host, port, target = self._parts(url)
        connection = _Connection(
            host,
            port,
            addresses=self._addresses(host, port),
            trust=self.trust if scheme == "https" else None,
            timeout=self.patience,
        )
        self._wait_for(host)
        alarm = threading.Timer(self.patience, connection.abort)
        alarm.start()
        try:
            connection.request(method, target, headers={"User-Agent": self.name, "Accept": "*/*"})
            response = connection.getresponse()
            if connection.is_aborted:  # the answer may be incomplete
                raise TimeoutError
            return response.status, response.getheader("Location")
        except (OSError, HTTPException) as error:
            raise self._explained(error, connection) from error
        finally:
            alarm.cancel()
            connection.close()

    def _parts(self, url):
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").encode("idna").decode("ascii")
            port = parts.port or DEFAULT_PORTS.get(parts.scheme)
        except ValueError as error:
            raise VisitError("adresse mal formée") from error
        if parts.scheme not in DEFAULT_PORTS or port not in self.ports:
            raise VisitError("non vérifiée : ni http ni https ordinaires", is_failure=False)
        target = iri_to_uri(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
        return parts.scheme, host, port, target

    def _addresses(self, host, port):
        try:
            addresses = self.addresses_of(host, port)
        except (OSError, UnicodeError) as error:
            raise VisitError("nom de domaine inconnu") from error
        if not addresses or not all(map(self.may_visit, addresses)):
            raise VisitError("adresse privée ou réservée")
        return addresses[:MOST_ADDRESSES]

    def _wait_for(self, host):
        since = time.monotonic() - self._last_request.get(host, -self.pause)
        time.sleep(max(self.pause - since, 0))
        self._last_request[host] = time.monotonic()

    def _explained(self, error, connection):
        if connection.is_aborted or isinstance(error, TimeoutError):
            return VisitError(f"pas de réponse en {self.patience} s")
        if isinstance(error, ssl.SSLCertVerificationError):
            return VisitError("certificat refusé")
        if isinstance(error, HTTPException | ConnectionResetError):
            return NotHttpError("réponse incompréhensible")
        return VisitError("connexion impossible")


class _Connection(HTTPConnection):
    """A connection to one of these IP addresses, without a new look-up of the host's name."""

    def __init__(self, host, port, *, addresses, trust, timeout):
        super().__init__(host, port, timeout=timeout)
        self.addresses, self.trust = addresses, trust
        self.default_port = DEFAULT_PORTS[
            "https" if trust else "http"
        ]  # left out of the Host header
        self.is_aborted = False

    def connect(self):
        self.sock = self._open()
        if self.trust:
            self.sock = self.trust.wrap_socket(self.sock, server_hostname=self.host)
        if self.is_aborted:
            raise TimeoutError

    def _open(self):
        *others, last = self.addresses
        share = self.timeout / len(self.addresses)
        for address in others:
            try:
                return socket.create_connection((address, self.port), share)
            except OSError:
                continue
        return socket.create_connection((last, self.port), share)

    def abort(self):
        """End the request, from another thread, even if the server sends slowly."""
        self.is_aborted = True
        if self.sock:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _failed(status):
    answer = {404: "page introuvable", 410: "page retirée"}.get(status, "erreur")
    return Visit(f"{answer} ({status})", is_failure=True)
