"""What TLS did below the bytes: version, cipher suite, the certificates shown, and whether they hold."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from OpenSSL import SSL, crypto
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns

from archive.model import Tls
from crawler.guard import host_key, literal

_VERSIONS = {"TLSv1": "tls/1.0", "TLSv1.1": "tls/1.1", "TLSv1.2": "tls/1.2", "TLSv1.3": "tls/1.3"}
_GCM = re.compile(r"(?P<key>(?:ECDHE|DHE)-(?:RSA|ECDSA|DSS)|)-?(?P<cipher>AES(?:128|256))-GCM-(?P<hash>SHA\d+)\Z")
_CBC = re.compile(r"(?P<key>(?:ECDHE|DHE)-(?:RSA|ECDSA|DSS)|)-?(?P<cipher>AES(?:128|256))-(?P<hash>SHA\d*)\Z")
_CHACHA = re.compile(r"(?P<key>(?:ECDHE|DHE)-(?:RSA|ECDSA))-CHACHA20-POLY1305\Z")
_CHAINS_REMEMBERED = 1000


def tls_of(transport: Any, url: str) -> Tls | None:
    """Read what the connection knows; None when there is no TLS, or no handshake yet."""
    handle = transport.getHandle()
    if not isinstance(handle, SSL.Connection):
        return None
    name = handle.get_cipher_name()
    shown = handle.get_peer_cert_chain()
    if name is None or not shown:
        return None
    chain = tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate) for certificate in shown)
    host = urlsplit(url).hostname or ""
    version = handle.get_protocol_version_name()
    return Tls(
        version=_VERSIONS.get(version, version),
        cipher=standard_name(name),
        verified=verification(host, chain, datetime.now(UTC).date()),
        chain=chain,
    )


def standard_name(name: str) -> str:
    """Give the IANA name of a cipher suite that OpenSSL names in its own way; an unknown one stays as it is.

    >>> standard_name("ECDHE-RSA-AES128-GCM-SHA256")
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'
    """
    if name.startswith("TLS_"):
        return name
    if found := _CHACHA.match(name):
        return f"TLS_{found['key'].replace('-', '_')}_WITH_CHACHA20_POLY1305_SHA256"
    for pattern, mode in ((_GCM, "GCM"), (_CBC, "CBC")):
        if found := pattern.match(name):
            key = found["key"].replace("-", "_") or "RSA"
            return f"TLS_{key}_WITH_{found['cipher'].replace('AES', 'AES_')}_{mode}_{found['hash']}"
    return name


@functools.lru_cache(_CHAINS_REMEMBERED)
def verification(host: str, chain: tuple[bytes, ...], day: date) -> str:
    """Judge a chain (DER, leaf first) against this machine's trusted roots and the host: ``ok``, or why not.

    ``day`` is today: what held yesterday is judged again.
    """
    certificates = [crypto.load_certificate(crypto.FILETYPE_ASN1, certificate) for certificate in chain]
    _, roots = _trusted()
    try:
        crypto.X509StoreContext(roots, certificates[0], certificates[1:]).verify_certificate()
    except crypto.X509StoreContextError as error:
        return f"certificate: {error}"
    try:
        number = literal(host)
        wanted = IPAddress_ID(number) if number else DNS_ID(host_key(host))
        verify_service_identity(extract_patterns(certificates[0]), [wanted], [])
    except (VerificationError, CertificateError, ValueError):
        return f"host name: the certificate is not for {host}"
    return "ok"


@functools.cache
def _trusted() -> tuple[SSL.Context, crypto.X509Store]:
    """Give this machine's trusted roots, with the context they belong to: pyOpenSSL frees them when it goes."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_default_verify_paths()
    roots = context.get_cert_store()
    assert roots is not None
    return context, roots
