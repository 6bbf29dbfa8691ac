"""CA bundle, client certificate and proxy, of the settings or the process environment, checked before anything is sent.

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
from persync.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The first two are those of requests, in its order; the third is that of OpenSSL, curl and many others."""
_NO_PAIR = "there is no certificate or no key in it, one of them is damaged, or the key has a password"
NOTHING_SET = Network()
_PROXIES = "HTTPS_PROXY, ALL_PROXY or NO_PROXY"


def ca_bundle(environ: Mapping[str, str], network: Network = NOTHING_SET) -> str | None:
    """Return the file, or the folder, with the certificates of the authorities to trust.

    Args:
        environ: the process environment.
        network: the settings, which come first.

    Returns:
        ``None`` for those that come with persync.

    Raises:
        HarvesterError: the file cannot be read, or holds no certificate.
    """
    name = ca_source(environ, network)
    if name is None:
        return None
    bundle = str(network.ca) if network.ca else environ[name]
    if Path(bundle).is_dir():
        return bundle
    if reason := _unusable(bundle):
        raise HarvesterError(
            f"the CA bundle {bundle} {reason}",
            hint=f"{name} names it: set it to a PEM file with the certificates of your authority",
        )
    return bundle


def ca_source(environ: Mapping[str, str], network: Network = NOTHING_SET) -> str | None:
    """Return the setting or variable that names the authorities to trust; ``None`` if none does."""
    return "tls.ca" if network.ca else next((name for name in _BUNDLES if environ.get(name)), None)


def client_certificate(network: Network) -> tuple[str, str] | None:
    """Return the files with the client certificate and its key, if there is one.

    Raises:
        HarvesterError: one of them cannot be read, holds nothing of the kind, or is encrypted.
    """
    if network.certificate is None:
        return None
    files = str(network.certificate), str(network.key or network.certificate)
    for name, file in zip(("tls.certificate", "tls.key"), files, strict=True):
        try:
            Path(file).open("rb").close()
        except OSError as error:
            message = f"the client certificate cannot be used: {file} cannot be read: {error.strerror}"
            raise HarvesterError(message, hint=f"{name} names it") from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        # With an empty password, or OpenSSL would ask for one on the terminal.
        context.load_cert_chain(*files, password="")
    except ssl.SSLError as error:
        reason = "the key is not that of the certificate" if error.reason == "KEY_VALUES_MISMATCH" else _NO_PAIR
        message = f"the client certificate {files[0]} cannot be used: {reason}"
        hint = "tls.certificate and tls.key are PEM files; remove a password with 'openssl pkey'"
        raise HarvesterError(message, hint=hint) from error
    return files


def proxies_of(network: Network, from_environment: dict[str, str]) -> dict[str, str]:
    """Return the proxies as requests has them: that of the settings, or those of the process environment."""
    return {"all": network.proxy} if network.proxy else from_environment


def check_proxy(origin: str, proxies: Mapping[str, str], network: Network = NOTHING_SET) -> None:
    """Check that requests can go through the proxy for an origin, if there is one.

    Args:
        origin: scheme, host and port of the server.
        proxies: by scheme, and by scheme and host, as requests has them.
        network: the settings.

    Raises:
        HarvesterError: they cannot. The text does not show the URL of the proxy: it may hold a password.
    """
    names = "proxy of the environment" if network.proxy else _PROXIES
    proxy = select_proxy(origin, proxies)
    scheme = urlsplit(proxy).scheme.lower() if proxy and "://" in proxy else "http"
    if scheme in {"socks4", "socks4a", "socks5", "socks5h"}:
        if find_spec("socks") is None:
            raise HarvesterError(
                f"the proxy for {origin} is a SOCKS proxy, and the package PySocks is not installed",
                hint=f"pip install PySocks, or set {names}",
            )
    elif scheme not in {"http", "https"}:
        raise HarvesterError(
            f"the proxy for {origin} has the scheme {scheme}, which is not supported", hint=f"set {names}"
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
