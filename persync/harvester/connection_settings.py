"""The CA bundle and the proxy that the process environment names, checked before anything is sent.

The libraries find out at the first request, and report neither the file nor the variable.
"""

from __future__ import annotations

import ssl
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests.utils import select_proxy

from persync.errors import HarvesterError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The first two are those of requests, in its order; the third is that of OpenSSL, curl and many others."""
_PROXIES = "HTTPS_PROXY, ALL_PROXY or NO_PROXY"


def ca_bundle(environ: Mapping[str, str]) -> str | None:
    """Return the file, or the folder, with the certificates of the authorities to trust.

    Args:
        environ: the process environment.

    Returns:
        ``None`` for those that come with persync.

    Raises:
        HarvesterError: the file cannot be read, or holds no certificate.
    """
    name = ca_variable(environ)
    if name is None:
        return None
    bundle = environ[name]
    if Path(bundle).is_dir():
        return bundle
    if reason := _unusable(bundle):
        raise HarvesterError(
            f"the CA bundle {bundle} {reason}",
            hint=f"{name} names it: set it to a PEM file with the certificates of your authority",
        )
    return bundle


def ca_variable(environ: Mapping[str, str]) -> str | None:
    """Return the variable that names the certificates of the authorities to trust; ``None`` if none does."""
    return next((name for name in _BUNDLES if environ.get(name)), None)


def check_proxy(origin: str, proxies: Mapping[str, str]) -> None:
    """Check that requests can go through the proxy for an origin, if there is one.

    Args:
        origin: scheme, host and port of the server.
        proxies: by scheme, and by scheme and host, as requests has them.

    Raises:
        HarvesterError: they cannot. The text does not show the URL of the proxy: it may hold a password.
    """
    proxy = select_proxy(origin, proxies)
    scheme = urlsplit(proxy).scheme.lower() if proxy and "://" in proxy else "http"
    if scheme in {"socks4", "socks4a", "socks5", "socks5h"}:
        if find_spec("socks") is None:
            raise HarvesterError(
                f"the proxy for {origin} is a SOCKS proxy, and the package PySocks is not installed",
                hint=f"pip install PySocks, or set {_PROXIES}",
            )
    elif scheme not in {"http", "https"}:
        raise HarvesterError(
            f"the proxy for {origin} has the scheme {scheme}, which is not supported", hint=f"set {_PROXIES}"
        )


def _unusable(bundle: str) -> str:
    """Return why a file is no CA bundle; empty if it is one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=bundle)
    except ssl.SSLError:
        return "holds no certificate, or one that is damaged"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return "" if context.cert_store_stats()["x509"] else "holds no certificate"
