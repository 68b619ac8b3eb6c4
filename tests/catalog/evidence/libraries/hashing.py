"""Password hashing, key derivation and signatures: how long the loop stands still, and whether the GIL is let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import argon2
import bcrypt
import jose.jws
import jose.jwt
import jwt
import passlib.context
import passlib.hash
import pwdlib.hashers.argon2
import pwdlib.hashers.bcrypt
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dh, dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from evidence.subjects import plain
from evidence.sweep import Sweep

WORD, SALT = b"correct horse", b"0123456789abcdef"
ARGON = argon2.hash_password(WORD)
BCRYPT = bcrypt.hashpw(WORD, bcrypt.gensalt(10))
FERNET = Fernet(Fernet.generate_key())
RSA = rsa.generate_private_key(65537, 4096)
PEM = RSA.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
SIGNED = jwt.encode({"x": 1}, "x" * 32, algorithm="HS256")


def pbkdf2() -> Any:
    return PBKDF2HMAC(hashes.SHA256(), 32, SALT, 200_000)


def scrypt() -> Any:
    return Scrypt(SALT, 32, 2**14, 8, 1)


def now(call: Callable[[], object]) -> Callable[[Any], object]:
    return lambda world: call()


ENOUGH = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4, "hash_len": 32, "type": argon2.Type.ID}
CPU = {
    "argon2.low_level.hash_secret": now(lambda: argon2.low_level.hash_secret(WORD, SALT, **ENOUGH)),
    "argon2.low_level.hash_secret_raw": now(lambda: argon2.low_level.hash_secret_raw(WORD, SALT, **ENOUGH)),
    "argon2.low_level.verify_secret": now(lambda: argon2.low_level.verify_secret(ARGON, WORD, argon2.Type.I)),
    "argon2.hash_password": now(lambda: argon2.hash_password(WORD)),
    "argon2.hash_password_raw": now(lambda: argon2.hash_password_raw(WORD)),
    "argon2.verify_password": now(lambda: argon2.verify_password(ARGON, WORD)),
    "bcrypt.hashpw": now(lambda: bcrypt.hashpw(WORD, bcrypt.gensalt(10))),
    "bcrypt.checkpw": now(lambda: bcrypt.checkpw(WORD, BCRYPT)),
    "bcrypt.kdf": now(lambda: bcrypt.kdf(WORD, SALT, 32, 50)),
    "cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key": now(
        lambda: rsa.generate_private_key(65537, 3072)
    ),
    "cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key": now(lambda: dsa.generate_private_key(2048)),
    "cryptography.hazmat.primitives.asymmetric.dh.generate_parameters": now(lambda: dh.generate_parameters(2, 512)),
    "cryptography.hazmat.primitives.asymmetric.rsa.RSAPrivateKey.sign": now(
        lambda: [RSA.sign(WORD, padding.PKCS1v15(), hashes.SHA256()) for _ in range(8)]
    ),
    "cryptography.hazmat.primitives.asymmetric.rsa.RSAPrivateKey.decrypt": now(
        lambda: [RSA.decrypt(SECRET, padding.PKCS1v15()) for _ in range(8)]
    ),
    "cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC.derive": now(lambda: pbkdf2().derive(WORD)),
    "cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC.verify": now(lambda: pbkdf2().verify(WORD, DERIVED)),
    "cryptography.hazmat.primitives.kdf.scrypt.Scrypt.derive": now(lambda: scrypt().derive(WORD)),
    "cryptography.hazmat.primitives.kdf.scrypt.Scrypt.verify": now(lambda: scrypt().verify(WORD, DERIVED_SCRYPT)),
    "jwt.encode": now(lambda: [jwt.encode({"x": 1}, PEM, algorithm="RS256") for _ in range(4)]),
    "jwt.PyJWT.encode": now(lambda: [jwt.PyJWT().encode({"x": 1}, PEM, algorithm="RS256") for _ in range(4)]),
    "jose.jwt.encode": now(lambda: [jose.jwt.encode({"x": 1}, PEM, algorithm="RS256") for _ in range(4)]),
    "jose.jws.sign": now(lambda: [jose.jws.sign({"x": 1}, PEM, algorithm="RS256") for _ in range(4)]),
}
SECRET = RSA.public_key().encrypt(WORD, padding.PKCS1v15())
DERIVED, DERIVED_SCRYPT = pbkdf2().derive(WORD), scrypt().derive(WORD)

SILENT = {
    "bcrypt.gensalt": now(bcrypt.gensalt),
    "cryptography.fernet.Fernet.encrypt": now(lambda: FERNET.encrypt(WORD)),
    "cryptography.fernet.Fernet.decrypt": now(lambda: FERNET.decrypt(FERNET.encrypt(WORD))),
    "cryptography.fernet.Fernet.generate_key": now(Fernet.generate_key),
    "cryptography.fernet.MultiFernet.encrypt": now(lambda: MultiFernet([FERNET]).encrypt(WORD)),
    "cryptography.fernet.MultiFernet.decrypt": now(lambda: MultiFernet([FERNET]).decrypt(FERNET.encrypt(WORD))),
    "cryptography.hazmat.primitives.asymmetric.ec.generate_private_key": now(
        lambda: ec.generate_private_key(ec.SECP256R1())
    ),
    "cryptography.hazmat.primitives.asymmetric.ed25519.Ed25519PrivateKey.generate": now(
        ed25519.Ed25519PrivateKey.generate
    ),
    "jwt.decode": now(lambda: jwt.decode(SIGNED, "x" * 32, algorithms=["HS256"])),
    "jwt.decode_complete": now(lambda: jwt.decode_complete(SIGNED, "x" * 32, algorithms=["HS256"])),
    "jwt.get_unverified_header": now(lambda: jwt.get_unverified_header(SIGNED)),
    "jwt.encode": now(lambda: jwt.encode({"x": 1}, "x" * 32, algorithm="HS256")),
    "jose.jwt.decode": now(lambda: jose.jwt.decode(SIGNED, "x" * 32, algorithms=["HS256"])),
    "jose.jws.verify": now(lambda: jose.jws.verify(SIGNED, "x" * 32, algorithms=["HS256"])),
    "jose.jwt.get_unverified_claims": now(lambda: jose.jwt.get_unverified_claims(SIGNED)),
    "jose.jwt.get_unverified_header": now(lambda: jose.jwt.get_unverified_header(SIGNED)),
    "jose.jwt.get_unverified_headers": now(lambda: jose.jwt.get_unverified_headers(SIGNED)),
    "jwt.PyJWKClient": now(lambda: jwt.PyJWKClient("http://127.0.0.1:1")),
}

POLICY = passlib.context.CryptContext(schemes=["pbkdf2_sha256"])
SCHEMES = (
    "argon2", "django_pbkdf2_sha256", "pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512", "scrypt", "sha256_crypt",
    "sha512_crypt",
)  # fmt: skip
HASHED = POLICY.hash("x")
LIBRARY = {
    "pwdlib.hashers.argon2.Argon2Hasher": pwdlib.hashers.argon2.Argon2Hasher(),
    "pwdlib.hashers.bcrypt.BcryptHasher": pwdlib.hashers.bcrypt.BcryptHasher(10),
    "pwdlib.PasswordHash": pwdlib.PasswordHash((pwdlib.hashers.argon2.Argon2Hasher(),)),
}

SWEEPS = [
    Sweep(
        "argon2.PasswordHasher",
        plain(lambda world: argon2.PasswordHasher()),
        {"hash": argon2.PasswordHasher().hash("x")},
        {"hash": (("x",), {})},
    ),
    Sweep(
        "passlib.context.CryptContext",
        plain(lambda world: POLICY.copy()),
        {"hash": HASHED, "config": HASHED, "secret": "x"},
        dict.fromkeys(("load", "update"), (({"schemes": ["pbkdf2_sha256"]},), {})),
    ),
    *(
        Sweep(
            f"passlib.hash.{name}",
            plain(lambda world, name=name: getattr(passlib.hash, name)),
            {"secret": "x"},
            {"verify": (("x", getattr(passlib.hash, name).hash("x")), {})},
        )
        for name in SCHEMES
    ),
    *(
        Sweep(name, plain(lambda world, hasher=hasher: hasher), {"password": "x", "hash": hasher.hash("x")})
        for name, hasher in LIBRARY.items()
    ),
]
