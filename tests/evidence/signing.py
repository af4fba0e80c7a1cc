"""A house that signs C2PA manifests for tests: a certificate authority of its own, which nobody trusts."""

import io
from datetime import UTC, datetime, timedelta
from functools import cache

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def signed(data: bytes, kind: str, source_type: str = TRAINED) -> bytes:
    """A picture's file (kind JPEG, PNG or WEBP) with a signed manifest: created by Imaginer, of this digital source type."""
    actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": source_type}]}
    manifest = {
        "claim_generator_info": [{"name": "Imaginer", "version": "2.0"}],
        "assertions": [{"label": "c2pa.actions", "data": actions}],
    }
    out = io.BytesIO()
    with c2pa.Signer.from_info(_info()) as signer, c2pa.Builder(manifest) as builder:
        builder.sign(signer, f"image/{kind.lower()}", io.BytesIO(data), out)
    return out.getvalue()


@cache
def _info() -> c2pa.C2paSignerInfo:
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    above = _certificate("Test authority", authority, authority, None)
    leaf = _certificate("Test signer", own, authority, above)
    chain = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (leaf, above))
    key = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    return c2pa.C2paSignerInfo(b"es256", chain, key, None)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None
) -> x509.Certificate:
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test house"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    is_authority, now = issuer is None, datetime.now(UTC)
    usage = x509.KeyUsage(True, False, False, False, False, is_authority, is_authority, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False)
        .add_extension(usage, True)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
    return builder.sign(by, hashes.SHA256())
