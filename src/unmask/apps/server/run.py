"""Settings and an address in; a server runs until it is told to stop."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import uvicorn

from unmask.apps.server import logs
from unmask.apps.server.app import create_app
from unmask.apps.server.connection import protocol, web_socket
from unmask.apps.server.keys import Keys
from unmask.apps.server.logs import log
from unmask.apps.server.service import Service
from unmask.apps.server.settings import ServerSettings, is_loopback
from unmask.errors import ConfigError

KEEP_ALIVE = 30
HEAD_BYTES = 16 * 1024


@dataclass(frozen=True)
class Where:
    """The address to listen at, and whose word about the client's address to take."""

    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: tuple[str, ...] = ()


def check(where: Where, settings: ServerSettings, without_keys: bool) -> None:
    """Nobody serves a whole network without keys by mistake."""
    if is_loopback(where.host) or without_keys or Keys(settings.state).any_valid:
        return
    raise ConfigError(
        f"The server would listen at {where.host} for everybody who can reach it, and there is no "
        "API key. Make one with `unmask serve keys add NAME`, or say --without-keys."
    )


def run(where: Where, settings: ServerSettings) -> None:
    logs.begin()
    service = Service(settings)
    server = uvicorn.Server(config(service, where))
    with listener(where) as opened:
        host, port = opened.getsockname()[:2]
        log.info("listening", extra={"fields": {"host": host, "port": port}})
        try:
            server.run(sockets=[opened])
        except SystemExit:
            raise service.failure or ConfigError("The server could not start.") from None


def listener(where: Where) -> socket.socket:
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    return socket.create_server((where.host, where.port), family=family, backlog=1024)


def config(service: Service, where: Where) -> uvicorn.Config:
    settings = service.settings
    return uvicorn.Config(
        create_app(service),
        http=protocol(settings.patience, settings.bounds.connections),
        ws=web_socket(settings.patience),
        ws_max_size=min(settings.bounds.frame, settings.bounds.pictures.max_bytes),
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(where.trusted_proxies),
        forwarded_allow_ips=list(where.trusted_proxies),
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(settings.patience.stop),
        h11_max_incomplete_event_size=HEAD_BYTES,
        lifespan="on",
    )
