"""Only public addresses are fetched: every private range, in every way to write it."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest

from unmask.apps.server.addresses import Rules, is_public
from unmask.apps.server.problems import Problem

PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "192.169.0.1", "2606:4700::1111"]


@pytest.mark.parametrize("text", PRIVATE)
def test_private(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text):
    assert is_public(ipaddress.ip_address(text))


SYSTEM = Rules()


def target(address: str, rules: Rules = SYSTEM):
    return asyncio.run(rules.target(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "169.254.169.254",
        "[fe80::1]",
        "１２７.0.0.1",
    ],
)
def test_no_way_to_write_loopback_gets_through_the_systems_own_resolver(host):
    with pytest.raises(Problem) as refused:
        target(f"http://{host}/")
    assert refused.value.code in ("address_refused", "fetch_failed")
    if host in ("127.0.0.1", "localhost", "2130706433", "127.1", "[::ffff:127.0.0.1]"):
        assert refused.value.code == "address_refused"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://1.1.1.1/",
        "gopher://1.1.1.1/",
        "data:image/png;base64,AAAA",
        "//1.1.1.1/",
        "1.1.1.1",
        "",
        "http://",
        "http:///x",
        "http://user@1.1.1.1/",
        "http://user:word@1.1.1.1/",
        "http://1.1.1.1:22/",
        "http://1.1.1.1:99999/",
        "http://[::1/",
        "http://a\x00b/",
        "http://" + "a" * 300 + ".test/",
    ],
)
def test_what_is_not_a_plain_web_address(address):
    with pytest.raises(Problem) as refused:
        target(address)
    assert refused.value.code in ("address_refused", "fetch_failed")


def answering(*ips: str) -> Rules:
    async def resolve(host, port):
        return list(ips)

    return Rules(resolve=resolve)


def test_one_private_answer_among_public_ones_is_enough_to_refuse():
    with pytest.raises(Problem, match="not only"):
        target("http://mixed.test/", answering("1.1.1.1", "10.0.0.1"))


def test_the_number_that_was_checked_is_the_one_to_connect_to():
    found = target("https://name.test/a b?c=d e", answering("1.1.1.1"))
    assert (found.ip, found.host, found.port, found.path) == (
        "1.1.1.1",
        "name.test",
        443,
        "/a%20b?c=d%20e",
    )
    assert found.host_header == "name.test"


def test_line_breaks_cannot_reach_the_request():
    found = target("http://name.test/a\r\nX: y", answering("1.1.1.1"))
    assert "\r" not in found.path and "\n" not in found.path


def test_a_name_without_addresses():
    with pytest.raises(Problem, match="no address"):
        target("http://none.test/", answering())
