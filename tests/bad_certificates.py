"""Server certificates that hold, and such that do not: made by themselves, out of date, for another name."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KINDS = ("sound", "self-signed", "expired", "other-name")


def contexts(folder: Path, domain: str) -> tuple[dict[str, ssl.SSLContext], Path]:
    """Make a server's context of each kind, for the host ``KIND.domain``; and the PEM of the authority to trust."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Bad input test authority")
    root = (
        _unsigned(root_name, root_name, root_key, days=30)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    authority = folder / "authority.pem"
    authority.write_bytes(root.public_bytes(Encoding.PEM))
    made = {}
    for kind in KINDS:
        key = ec.generate_private_key(ec.SECP256R1())
        host = f"{kind}.{domain}"
        trusted = kind != "self-signed"
        subject = _name(host)
        leaf = (
            _unsigned(subject, root_name if trusted else subject, key, days=-1 if kind == "expired" else 30)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName("elsewhere.test" if kind == "other-name" else host)]),
                critical=False,
            )
            .sign(root_key if trusted else key, hashes.SHA256())
        )
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem = folder / f"{kind}.pem"
        pem.write_bytes(secret + leaf.public_bytes(Encoding.PEM))
        made[kind] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made[kind].load_cert_chain(pem)
    return made, authority


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=40))
        .not_valid_after(now + timedelta(days=days))
    )
