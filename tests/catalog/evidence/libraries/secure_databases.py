"""Clients of databases that read and parse the CA bundle with ``tls=True``."""

from __future__ import annotations

import motor.motor_asyncio
import pymongo
from evidence.subjects import anew

OPTIONS = {"tls": True, "connect": False}

CPU = {
    "pymongo.MongoClient": anew(pymongo.MongoClient, **OPTIONS),
    "pymongo.AsyncMongoClient": anew(pymongo.AsyncMongoClient, **OPTIONS),
    "motor.motor_asyncio.AsyncIOMotorClient": anew(motor.motor_asyncio.AsyncIOMotorClient, tls=True),
}
