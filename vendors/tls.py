"""Whom we believe to be a vendor: the certificate authorities, read once for all connections."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """Those that httpx trusts, names checked; reading them takes 20 ms, which each client paid."""
    return httpx.create_ssl_context()


def direct_transport(limits: httpx.Limits | None = None) -> httpx.AsyncHTTPTransport:
    """Straight to the vendor, which has to show a certificate of one of the authorities."""
    return httpx.AsyncHTTPTransport(verify=authorities(), limits=limits or httpx.Limits())
