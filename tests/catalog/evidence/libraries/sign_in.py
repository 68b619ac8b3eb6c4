"""Signing in with somebody else by Authlib, in Starlette: the other's server is slow."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from authlib.integrations.starlette_client import OAuth
from evidence.world import World
from starlette.requests import Request

KEYS = {"keys": [{"kty": "oct", "kid": "x", "k": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg"}]}
TOKEN = {"access_token": "x", "token_type": "bearer"}
STATE = {"data": {"redirect_uri": "http://x/", "post_logout_redirect_uri": "http://x/"}, "exp": time.time() + 10**6}
APP = "authlib.integrations.starlette_client.StarletteOAuth2App"


def registered(url: str) -> Any:
    return OAuth().register(
        "x", client_id="x", client_secret="x", server_metadata_url=f"{url}/metadata", client_kwargs={"scope": "openid"}
    )


def returned() -> Request:
    """The browser comes back."""
    session = {"_state_x_s": STATE}
    scope = {
        "type": "http",
        "method": "GET",
        "query_string": b"code=x&state=s",
        "headers": [],
        "session": session,
        "path": "/",
    }
    return Request(scope)


def asked(call: Callable[[Any, str], Any], endpoint: str = "") -> Any:
    """An application that does not know its authority yet; or (with ``endpoint``) that asks it for something."""

    def case(world: World) -> Iterator[Any]:
        known: dict[str, Any] = {}
        with world.http(body=json.dumps(TOKEN | KEYS).encode(), headers="Content-Type: application/json\r\n") as (
            host,
            port,
        ):
            url = f"http://{host}:{port}"
            application = registered(url)
            if endpoint:
                known = {endpoint: url, "_loaded_at": time.time(), "issuer": url}
                application.server_metadata.update(known)
            yield lambda: call(application, url)

    return case


ASYNC = {
    f"{APP}.load_server_metadata": asked(lambda app, url: app.load_server_metadata()),
    f"{APP}.create_authorization_url": asked(lambda app, url: app.create_authorization_url("http://x/")),
    f"{APP}.authorize_redirect": asked(lambda app, url: app.authorize_redirect(returned(), "http://x/")),
    f"{APP}.create_logout_url": asked(lambda app, url: app.create_logout_url("http://x/")),
    f"{APP}.logout_redirect": asked(lambda app, url: app.logout_redirect(returned(), "http://x/")),
    f"{APP}.authorize_access_token": asked(lambda app, url: app.authorize_access_token(returned()), "token_endpoint"),
    f"{APP}.fetch_access_token": asked(lambda app, url: app.fetch_access_token(code="x"), "token_endpoint"),
    f"{APP}.fetch_jwk_set": asked(lambda app, url: app.fetch_jwk_set(), "jwks_uri"),
    f"{APP}.parse_id_token": asked(lambda app, url: app.parse_id_token({"id_token": "x.x.x"}, "n")),
    f"{APP}.userinfo": asked(lambda app, url: app.userinfo(token=TOKEN), "userinfo_endpoint"),
    **{
        f"{APP}.{method}": asked(lambda app, url, method=method: getattr(app, method)(url, token=TOKEN), "x")
        for method in ("get", "post", "put", "patch", "delete")
    },
    f"{APP}.request": asked(lambda app, url: app.request("GET", url, token=TOKEN), "x"),
}
COROUTINE = {
    f"{APP}.save_authorize_data": asked(lambda app, url: app.save_authorize_data(returned(), state="x", nonce="x")),
    f"{APP}.validate_logout_response": asked(lambda app, url: app.validate_logout_response(returned())),
}
SILENT = {
    "authlib.integrations.starlette_client.OAuth.register": lambda world: registered("http://x"),
    "authlib.integrations.starlette_client.OAuth.create_client": lambda world: OAuth().create_client("x"),
}
