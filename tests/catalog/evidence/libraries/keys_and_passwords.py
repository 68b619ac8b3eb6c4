"""pycryptodome and PyNaCl: keys that are made and derived, signatures, passwords."""

from __future__ import annotations

from collections.abc import Callable

import nacl.pwhash
import nacl.secret
import nacl.signing
from Crypto.Cipher import PKCS1_OAEP
from Crypto.Hash import SHA256
from Crypto.Protocol import KDF
from Crypto.PublicKey import DSA, ECC, RSA
from Crypto.Signature import pkcs1_15, pss
from Crypto.Util import number
from evidence.world import World

WORD, SALT = b"correct horse", b"0123456789abcdef"
KEY = RSA.generate(3072)
PEM = KEY.export_key(
    passphrase="x",
    pkcs=8,
    protection="PBKDF2WithHMAC-SHA512AndAES256-CBC",
    prot_params={"iteration_count": 100_000},
)
DIGEST = SHA256.new(WORD)
SECRET = PKCS1_OAEP.new(KEY.public_key()).encrypt(WORD)
BCRYPT = KDF.bcrypt(WORD, 10)
NACL = {
    "argon2id": nacl.pwhash.argon2id,
    "argon2i": nacl.pwhash.argon2i,
    "scrypt": nacl.pwhash.scrypt,
}
HASHED = {name: module.str(WORD) for name, module in NACL.items()}
BOX = nacl.secret.SecretBox(b"0" * 32)
SEALED = BOX.encrypt(WORD)

Case = Callable[[World], object]


def derived(name: str) -> Case:
    module = NACL[name]
    enough = {"opslimit": module.OPSLIMIT_INTERACTIVE, "memlimit": module.MEMLIMIT_INTERACTIVE}
    return lambda world: module.kdf(32, WORD, b"s" * module.SALTBYTES, **enough)


CPU: dict[str, Case] = {
    "Crypto.PublicKey.RSA.generate": lambda world: RSA.generate(3072),
    "Crypto.PublicKey.DSA.generate": lambda world: DSA.generate(2048),
    "Crypto.Util.number.getStrongPrime": lambda world: number.getStrongPrime(1024),
    "Crypto.PublicKey.RSA.import_key": lambda world: RSA.import_key(PEM, "x"),
    "Crypto.Protocol.KDF.PBKDF2": lambda world: KDF.PBKDF2("x", SALT, 32, count=200_000, hmac_hash_module=SHA256),
    "Crypto.Protocol.KDF.scrypt": lambda world: KDF.scrypt("x", "0123456789abcdef", 32, 2**14, 8, 1),
    "Crypto.Protocol.KDF.bcrypt": lambda world: KDF.bcrypt(WORD, 10),
    "Crypto.Protocol.KDF.bcrypt_check": lambda world: KDF.bcrypt_check(WORD, BCRYPT),
    "Crypto.Signature.pkcs1_15.PKCS115_SigScheme.sign": lambda world: [
        pkcs1_15.new(KEY).sign(DIGEST) for _ in range(8)
    ],
    "Crypto.Signature.pss.PSS_SigScheme.sign": lambda world: [pss.new(KEY).sign(DIGEST) for _ in range(8)],
    "Crypto.Cipher.PKCS1_OAEP.PKCS1OAEP_Cipher.decrypt": lambda world: [
        PKCS1_OAEP.new(KEY).decrypt(SECRET) for _ in range(8)
    ],
    "nacl.pwhash.str": lambda world: nacl.pwhash.str(WORD),
    "nacl.pwhash.verify": lambda world: nacl.pwhash.verify(HASHED["argon2id"], WORD),
    **{f"nacl.pwhash.{name}.str": lambda world, m=module: m.str(WORD) for name, module in NACL.items()},
    **{
        f"nacl.pwhash.{name}.verify": lambda world, m=module, h=HASHED[name]: m.verify(h, WORD)
        for name, module in NACL.items()
    },
    **{f"nacl.pwhash.{name}.kdf": derived(name) for name in NACL},
}
SIGNED = {module: module.new(KEY).sign(DIGEST) for module in (pkcs1_15, pss)}
SILENT: dict[str, Case] = {
    "Crypto.Signature.pkcs1_15.PKCS115_SigScheme.verify": lambda world: pkcs1_15.new(KEY.public_key()).verify(
        DIGEST, SIGNED[pkcs1_15]
    ),
    "Crypto.Signature.pss.PSS_SigScheme.verify": lambda world: pss.new(KEY.public_key()).verify(DIGEST, SIGNED[pss]),
    "Crypto.Cipher.PKCS1_OAEP.PKCS1OAEP_Cipher.encrypt": lambda world: PKCS1_OAEP.new(KEY.public_key()).encrypt(WORD),
    "Crypto.PublicKey.ECC.generate": lambda world: ECC.generate(curve="P-256"),
    "nacl.signing.SigningKey.sign": lambda world: nacl.signing.SigningKey.generate().sign(WORD),
    "nacl.secret.SecretBox.encrypt": lambda world: BOX.encrypt(WORD),
    "nacl.secret.SecretBox.decrypt": lambda world: BOX.decrypt(SEALED),
}
