"""httpx and httpx2: what reads and parses the CA bundle."""

from __future__ import annotations

import httpx
import httpx2
from evidence.subjects import anew

CPU = {
    f"{library.__name__}.{made.__name__}": anew(made)
    for library in (httpx, httpx2)
    for made in (library.HTTPTransport, library.AsyncHTTPTransport)
}
CPU["httpx2.create_ssl_context"] = anew(httpx2.create_ssl_context)
SHORT = {"httpx.create_ssl_context": anew(httpx.create_ssl_context)}
