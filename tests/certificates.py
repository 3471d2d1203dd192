"""Certificates for servers of the tests: of an authority made up here, sound, expired, or of another server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey
HERE = "0.0.0.0"  # what leads to this machine and is not one of the addresses that go without encryption
KINDS = {"sound": (HERE, 30), "expired": (HERE, -1), "other": ("10.1.2.3", 30)}
"""Kind → the address that the certificate is for, and the days that it is good for from now on."""


def make_certificates(folder: Path) -> Path:
    """Write `<kind>.pem` and `<kind>.key` for each of KINDS into a folder; return the authority's certificate."""
    authority, issuer = ec.generate_private_key(ec.SECP256R1()), _name("authority")
    root = _certificate(authority, issuer, authority, issuer, 30)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    _write(folder / "authority.pem", root.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    for kind, (address, days) in KINDS.items():
        key = ec.generate_private_key(ec.SECP256R1())
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        made = _certificate(key, _name(kind), authority, issuer, days).add_extension(alternative, critical=False)
        _write(folder / f"{kind}.pem", made.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        form = serialization.PrivateFormat.TraditionalOpenSSL
        plain = serialization.NoEncryption()
        _write(folder / f"{kind}.key", key.private_bytes(serialization.Encoding.PEM, form, plain))
    return folder / "authority.pem"


def _name(said: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)])


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    name: x509.Name,
    authority: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    days: int,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
