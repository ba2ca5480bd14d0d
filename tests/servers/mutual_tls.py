"""A door with mutual TLS before a server of the tests: who shows no certificate stays outside."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
_A_DAY = timedelta(days=1)


@asynccontextmanager
async def guarded(target: str, folder: Path) -> AsyncIterator[str]:
    """Pass on to `target` what comes from who holds a certificate; gives the door's address.

    Puts `authority.pem` and, for both sides, `holder.pem` and `holder.key` into the folder.
    """
    _write_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "holder.pem", folder / "holder.key")
    context.load_verify_locations(folder / "authority.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])
    host, port = target.rsplit(":", 1)

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    server = await asyncio.start_server(passed_on, HOST, 0, ssl=context)
    async with server:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()


def _write_certificates(folder: Path) -> None:
    authority, holder = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    signed = _certificate("authority", "authority", authority.public_key())
    signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    held = _certificate("holder", "authority", holder.public_key())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    held = held.add_extension(names, critical=False)
    for name, one in (("authority", signed), ("holder", held)):
        pem = one.sign(authority, hashes.SHA256()).public_bytes(Encoding.PEM)
        (folder / f"{name}.pem").write_bytes(pem)
    private = holder.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "holder.key").write_bytes(private)


def _certificate(
    subject: str, issuer: str, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (subject, issuer)]
    return (
        x509.CertificateBuilder()
        .subject_name(named[0])
        .issuer_name(named[1])
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _A_DAY)
        .not_valid_after(now + _A_DAY)
    )
