"""A web address in, the numeric addresses it may be asked at out; refuses all that is not public."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from urllib.parse import quote, urlsplit

from unmask.apps.server.problems import Problem

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

# Allocated unicast space, less what the registries of special addresses carve out of it. Tunnels
# (6to4, Teredo) and NAT64 are left out whole: each can carry a private IPv4 address inside.
IPV6_PUBLIC = ipaddress.ip_network("2000::/3")
IPV6_SPECIAL = tuple(
    ipaddress.ip_network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
IPV4_SPECIAL = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)


def is_public(ip: IP) -> bool:
    """Written out rather than taken from `is_global`, whose meaning differs between Python releases."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(ip.ipv4_mapped)
        return ip in IPV6_PUBLIC and not any(ip in network for network in IPV6_SPECIAL)
    return not any(ip in network for network in IPV4_SPECIAL)


@cache
def _threads() -> ThreadPoolExecutor:
    """Its own: a name server that keeps silent must not hold up hashing or files."""
    return ThreadPoolExecutor(8, thread_name_prefix="names")


async def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says; it also reads decimal, octal and shortened IPv4 forms."""
    look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_threads(), look_up)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class Target:
    """Where a request goes: a checked number to connect to, and the name to ask it for."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"
        )


@dataclass(frozen=True)
class Rules:
    """What may be asked; the connection goes to the number that was checked, never resolved again."""

    public: Callable[[IP], bool] = is_public
    resolve: Resolve = resolve
    ports: frozenset[int] = frozenset((80, 443, 8080, 8443))

    async def target(self, address: str) -> Target:
        scheme, host, port, path = self.split(address)
        try:
            found = [
                ipaddress.ip_address(ip.partition("%")[0]) for ip in await self.resolve(host, port)
            ]
        except (OSError, UnicodeError, ValueError):
            raise Problem("fetch_failed", f"The name {host!r} cannot be resolved.") from None
        if not found:
            raise Problem("fetch_failed", f"The name {host!r} has no address.")
        # One private answer among public ones is a trap, not a choice.
        if not all(self.public(ip) for ip in found):
            raise _refused(f"{host!r} is not, or not only, at a public address.")
        return Target(scheme, host, port, path, str(found[0]))

    def split(self, address: str) -> tuple[str, str, int, str]:
        try:
            parts = urlsplit(address)
            host = (parts.hostname or "").encode("idna").decode("ascii")
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        except (UnicodeError, ValueError):
            raise _refused("The address cannot be read.") from None
        if parts.scheme not in ("http", "https") or not host:
            raise _refused("Only http and https addresses with a host are fetched.")
        if parts.username is not None or parts.password is not None:
            raise _refused("Addresses with a user name or a password inside are not fetched.")
        if port not in self.ports:
            raise _refused(f"Port {port} is not asked.")
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
        return parts.scheme, host, port, f"{path}?{query}" if query else path


def _refused(why: str) -> Problem:
    return Problem("address_refused", why)
