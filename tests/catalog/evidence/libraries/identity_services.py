"""Who somebody is: MSAL, google-auth, Firebase, and Google's discovered APIs, against slow authorities and metadata servers."""

from __future__ import annotations

import functools
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import firebase_admin
import firebase_admin.app_check
import firebase_admin.auth
import firebase_admin.credentials
import firebase_admin.db
import firebase_admin.messaging
import google.auth
import google.auth.transport.requests
import google.oauth2.credentials
import google.oauth2.id_token
import google.oauth2.service_account
import googleapiclient.discovery
import googleapiclient.http
import jwt
import msal
import requests
from evidence.encrypted import certificate, everywhere
from evidence.subjects import anywhere, environment
from evidence.sweep import Subject, Sweep
from evidence.world import World
from google.cloud import storage

AUTHORITY = "https://login.microsoftonline.com/t"


def authority(path: str) -> bytes:
    """What Microsoft's authority says of itself, and to whom asks for a token."""
    if "discovery" in path:
        return json.dumps({"tenant_discovery_endpoint": f"{AUTHORITY}/d", "metadata": []}).encode()
    if "openid-configuration" in path:
        known = ("authorization_endpoint", "token_endpoint", "device_authorization_endpoint")
        return json.dumps({**{name: f"{AUTHORITY}/{name}" for name in known}, "issuer": AUTHORITY}).encode()
    if "device_authorization" in path:
        return b'{"device_code": "x", "user_code": "x", "verification_uri": "x", "message": "x", "expires_in": 9, "interval": 1}'
    return b"{}"


def unverified() -> requests.Session:
    session = requests.Session()
    session.verify = session.trust_env = False
    return session


def application(kind: str) -> Subject:
    """An application that has asked for the description of its authority."""

    def subject(world: World) -> Iterator[object]:
        with everywhere(world, authority):
            credential = {"client_credential": "s"} if kind == "ConfidentialClientApplication" else {}
            yield getattr(msal, kind)("c", authority=AUTHORITY, http_client=unverified(), **credential)

    return subject


def remembering(world: World) -> Iterator[object]:
    """An application with an expired token, a token to renew it, and an account."""
    for made in application("PublicClientApplication")(world):
        information = "eyJ1aWQiOiAidSIsICJ1dGlkIjogInQifQ"
        identity = jwt.encode(
            {"sub": "s", "aud": "c", "exp": time.time() + 999, "iss": AUTHORITY, "oid": "o"}, "x" * 32
        )
        answer = {
            "access_token": "x",
            "refresh_token": "x",
            "expires_in": 1,
            "client_info": information,
            "id_token": identity,
        }
        event = {
            "client_id": "c",
            "scope": ["x"],
            "token_endpoint": AUTHORITY,
            "environment": "login.microsoftonline.com",
        }
        made.token_cache.add({**event, "response": answer})
        account = made.token_cache.search(msal.TokenCache.CredentialType.ACCOUNT)
        made.known = next(iter(account))
        yield made


def silently(call: Callable[[Any, Any], object]) -> Any:
    def case(world: World) -> Iterator[Any]:
        for made in remembering(world):
            yield functools.partial(call, made, made.known)  # type: ignore[attr-defined]

    return case


def unknown(kind: str, **arguments: Any) -> Any:
    """The application itself is made; its authority is slow."""

    def case(world: World) -> Iterator[Any]:
        for _ in anywhere(lambda: None)(world):
            yield lambda: getattr(msal, kind)("c", authority=AUTHORITY, timeout=1, **arguments)

    return case


def interactive(world: World) -> Iterator[Any]:
    """A browser in which nobody logs in."""
    with environment(BROWSER="/bin/true"):
        for made in application("PublicClientApplication")(world):
            yield functools.partial(made.acquire_token_interactive, ["x"], timeout=1)  # type: ignore[attr-defined]


def managed(world: World) -> Iterator[Any]:
    """As in Azure's App Service."""
    with (
        world.http(body=b"{}") as (host, port),
        environment(IDENTITY_ENDPOINT=f"http://{host}:{port}", IDENTITY_HEADER="x"),
    ):
        client = msal.ManagedIdentityClient(msal.SystemAssignedManagedIdentity(), http_client=requests.Session())
        yield lambda: client.acquire_token_for_client(resource="x")


FLOW = {"state": "x", "redirect_uri": "x", "scope": ["x"], "auth_uri": "x", "code_verifier": "x", "nonce": "x"}
TOKENS: dict[str, Any] = {
    "acquire_token_by_authorization_code": (("x", ["x"]), {}),
    "acquire_token_by_refresh_token": (("x", ["x"]), {}),
    "acquire_token_by_username_password": (("x", "x", ["x"]), {}),
    "acquire_token_by_auth_code_flow": ((FLOW, {"state": "x", "code": "x"}), {}),
    "acquire_token_for_client": ((["https://x/.default"],), {}),
    "acquire_token_on_behalf_of": (("x", ["x"]), {}),
    "acquire_token_by_device_flow": (({"device_code": "x", "interval": 1, "expires_at": time.time() + 10**6},), {}),
    "initiate_device_flow": ((["x"],), {}),
    "get_authorization_request_url": ((["x"],), {}),
    "initiate_auth_code_flow": ((["x"],), {}),
    "get_accounts": ((), {}),
}


def metadata(call: Callable[[], object]) -> Any:
    """On a machine of Google's cloud, whose metadata server is slow."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body=b"x", headers="Metadata-Flavor: Google\r\n") as (host, port):
            here = {
                "GCE_METADATA_HOST": f"{host}:{port}",
                "GCE_METADATA_IP": f"{host}:{port}",
                "HOME": str(world.folder),
            }
            with environment(**here, NO_GCE_CHECK="false"):
                yield call

    return case


def account(url: str) -> dict[str, str]:
    """A service account's file."""
    key = certificate().decode().split("-----BEGIN CERTIFICATE")[0]
    names = {"type": "service_account", "project_id": "x", "private_key_id": "x", "client_email": "x@example.org"}
    return {
        **names,
        "private_key": key,
        "token_uri": f"{url}/token",
        "client_id": "x",
        "client_secret": "x",
        "refresh_token": "x",
    }


def credentials(call: Callable[[Any], object]) -> Any:
    def case(world: World) -> Iterator[Any]:
        with world.http(body=b"{}") as (host, port):
            made = google.oauth2.service_account.Credentials.from_service_account_info(
                account(f"http://{host}:{port}"), scopes=["x"]
            )
            yield lambda: call(made)

    return case


def request() -> google.auth.transport.requests.Request:
    return google.auth.transport.requests.Request()


def named(call: Callable[[], object]) -> Any:
    """Google's servers are slow."""

    def case(world: World) -> Iterator[Any]:
        for _ in anywhere(lambda: None)(world):
            yield call

    return case


def from_file(read: Callable[[str], object]) -> Any:
    def case(world: World) -> Iterator[Any]:
        path = world.fifo(json.dumps(account("http://x")).encode())
        yield lambda: read(str(path))

    return case


def discovered(then: Callable[[Any], Callable[[], object]]) -> Any:
    """Google Drive, whose server is slow."""

    def case(world: World) -> Iterator[Any]:
        with world.http(
            body=b"{}", headers="Content-Type: application/json\r\nLocation: http://127.0.0.1:1/\r\n"
        ) as address:
            host, port = address
            options = {"api_endpoint": f"http://{host}:{port}"}
            yield then(googleapiclient.discovery.build("drive", "v3", developerKey="x", client_options=options))

    return case


def uploaded(drive: Any) -> Callable[[], object]:
    body = googleapiclient.http.MediaIoBaseUpload(io.BytesIO(b"x"), "text/plain", resumable=True)
    return drive.files().create(media_body=body).next_chunk  # type: ignore[no-any-return]


def downloaded(drive: Any) -> Callable[[], object]:
    return googleapiclient.http.MediaIoBaseDownload(io.BytesIO(), drive.files().get_media(fileId="x")).next_chunk  # type: ignore[no-any-return]


def fired(call: Callable[[firebase_admin.App], object]) -> Any:
    """An application of Firebase, whose token has to come from a slow server."""

    def case(world: World) -> Iterator[Any]:
        with world.http(body=b"{}") as (host, port):
            certificate_of = firebase_admin.credentials.Certificate(account(f"http://{host}:{port}"))
            app = firebase_admin.initialize_app(certificate_of, name=f"{port}")
            yield lambda: call(app)

    return case


def base(app: firebase_admin.App) -> Any:
    return firebase_admin.db.reference("x", app, "https://x.firebaseio.com")


MESSAGE = firebase_admin.messaging.Message(token="x")
MANY = firebase_admin.messaging.MulticastMessage(tokens=["x"])
auth: Any = firebase_admin.auth
messaging: Any = firebase_admin.messaging


def identity_token(project: str = "x") -> str:
    now = int(time.time())
    claims = {
        "aud": project,
        "iss": f"https://securetoken.google.com/{project}",
        "sub": "x",
        "iat": now,
        "exp": now + 999,
    }
    key = certificate().decode().split("-----BEGIN CERTIFICATE")[0]
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "x"})


def session_cookie() -> str:
    now = int(time.time())
    claims = {"aud": "x", "iss": "https://session.firebase.google.com/x", "sub": "x", "iat": now, "exp": now + 999}
    key = certificate().decode().split("-----BEGIN CERTIFICATE")[0]
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "x"})


def verified(call: Callable[[firebase_admin.App], object]) -> Any:
    """The certificates of Google's tokens come late."""

    def case(world: World) -> Iterator[Any]:
        app = firebase_admin.initialize_app(
            firebase_admin.credentials.Certificate(account("http://x")), name=f"{id(world)}"
        )
        for _ in anywhere(lambda: None)(world):
            yield lambda: call(app)

    return case


FIREBASE: dict[str, Callable[[Any], object]] = {
    "auth.get_user": lambda app: auth.get_user("x", app=app),
    "auth.get_user_by_email": lambda app: auth.get_user_by_email("x@example.org", app=app),
    "auth.get_user_by_phone_number": lambda app: auth.get_user_by_phone_number("+15555550100", app=app),
    "auth.create_user": lambda app: auth.create_user(uid="x", app=app),
    "auth.update_user": lambda app: auth.update_user("x", email="x@example.org", app=app),
    "auth.delete_user": lambda app: auth.delete_user("x", app=app),
    "auth.set_custom_user_claims": lambda app: auth.set_custom_user_claims("x", {"x": 1}, app=app),
    "auth.revoke_refresh_tokens": lambda app: auth.revoke_refresh_tokens("x", app=app),
    "auth.create_session_cookie": lambda app: auth.create_session_cookie("x", 3600, app=app),
    "auth.generate_password_reset_link": lambda app: auth.generate_password_reset_link("x@example.org", app=app),
    "auth.generate_email_verification_link": lambda app: auth.generate_email_verification_link(
        "x@example.org", app=app
    ),
    "auth.list_users": lambda app: auth.list_users(app=app),
    "auth.get_users": lambda app: auth.get_users([auth.UidIdentifier("x")], app=app),
    "auth.delete_users": lambda app: auth.delete_users(["x"], app=app),
    "auth.import_users": lambda app: auth.import_users([auth.ImportUserRecord("x")], app=app),
    "auth.generate_sign_in_with_email_link": lambda app: auth.generate_sign_in_with_email_link(
        "x@example.org", auth.ActionCodeSettings("http://x", handle_code_in_app=True), app=app
    ),
    "db.Reference.get": lambda app: base(app).get(),
    "db.Reference.get_if_changed": lambda app: base(app).get_if_changed("x"),
    "db.Reference.set": lambda app: base(app).set(1),
    "db.Reference.set_if_unchanged": lambda app: base(app).set_if_unchanged("x", 1),
    "db.Reference.push": lambda app: base(app).push(1),
    "db.Reference.update": lambda app: base(app).update({"x": 1}),
    "db.Reference.delete": lambda app: base(app).delete(),
    "db.Reference.transaction": lambda app: base(app).transaction(lambda value: value),
    "db.Query.get": lambda app: base(app).order_by_key().get(),
    "messaging.send": lambda app: messaging.send(MESSAGE, app=app),
    "messaging.send_each": lambda app: messaging.send_each([MESSAGE], app=app),
    "messaging.send_each_for_multicast": lambda app: messaging.send_each_for_multicast(MANY, app=app),
    "messaging.subscribe_to_topic": lambda app: messaging.subscribe_to_topic(["x"], "x", app=app),
    "messaging.unsubscribe_from_topic": lambda app: messaging.unsubscribe_from_topic(["x"], "x", app=app),
}

BLOCKING = {
    "msal.ConfidentialClientApplication": unknown("ConfidentialClientApplication", client_credential="s"),
    "msal.PublicClientApplication": unknown("PublicClientApplication"),
    "msal.ClientApplication.acquire_token_silent": silently(
        lambda made, known: made.acquire_token_silent(["x"], known, force_refresh=True)
    ),
    "msal.ClientApplication.acquire_token_silent_with_error": silently(
        lambda made, known: made.acquire_token_silent_with_error(["x"], known, force_refresh=True)
    ),
    "msal.PublicClientApplication.acquire_token_interactive": interactive,
    "msal.ManagedIdentityClient.acquire_token_for_client": managed,
    "google.auth.default": metadata(lambda: google.auth.default()),
    "google.cloud.storage.Client": metadata(lambda: storage.Client()),
    "google.auth.load_credentials_from_file": from_file(google.auth.load_credentials_from_file),
    "google.oauth2.credentials.Credentials.from_authorized_user_file": from_file(
        google.oauth2.credentials.Credentials.from_authorized_user_file
    ),
    "google.oauth2.id_token.fetch_id_token": metadata(lambda: google.oauth2.id_token.fetch_id_token(request(), "x")),
    "google.auth.credentials.Credentials.refresh": credentials(lambda made: made.refresh(request())),
    "google.auth.credentials.Credentials.before_request": credentials(
        lambda made: made.before_request(request(), "GET", "http://x/", {})
    ),
    "google.oauth2.id_token.verify_oauth2_token": named(
        lambda: google.oauth2.id_token.verify_oauth2_token("x", request())
    ),
    "google.oauth2.id_token.verify_token": named(lambda: google.oauth2.id_token.verify_token("x", request())),
    "google.oauth2.id_token.verify_firebase_token": named(
        lambda: google.oauth2.id_token.verify_firebase_token("x", request())
    ),
    "google.oauth2.service_account.Credentials.from_service_account_file": from_file(
        google.oauth2.service_account.Credentials.from_service_account_file
    ),
    "googleapiclient.http.HttpRequest.execute": discovered(lambda drive: drive.files().list().execute),
    "googleapiclient.http.HttpRequest.next_chunk": discovered(uploaded),
    "googleapiclient.http.MediaIoBaseDownload.next_chunk": discovered(downloaded),
    "firebase_admin.credentials.Certificate": from_file(firebase_admin.credentials.Certificate),
    "firebase_admin.auth.verify_id_token": verified(lambda app: auth.verify_id_token(identity_token(), app=app)),
    "firebase_admin.app_check.verify_token": verified(
        lambda app: firebase_admin.app_check.verify_token(identity_token(), app)
    ),
    "firebase_admin.auth.verify_session_cookie": verified(
        lambda app: auth.verify_session_cookie(session_cookie(), app=app)
    ),
    **{f"firebase_admin.{name}": fired(call) for name, call in FIREBASE.items()},
}
SHORT = {
    "googleapiclient.discovery.build": lambda world: googleapiclient.discovery.build("drive", "v3", developerKey="x"),
}
SILENT = {"googleapiclient.discovery.Resource.close": discovered(lambda drive: drive.close)}
ACCOUNTS = {"apart": {"acquire_token_silent": "above", "acquire_token_silent_with_error": "above"}}
SWEEPS = [
    Sweep("msal.ClientApplication", application("ConfidentialClientApplication"), calls=TOKENS, **ACCOUNTS),
    Sweep("msal.ConfidentialClientApplication", application("ConfidentialClientApplication"), calls=TOKENS),
    Sweep(
        "msal.PublicClientApplication",
        application("PublicClientApplication"),
        calls=TOKENS,
        apart={"acquire_token_interactive": "above"},
    ),
]
DOCUMENTED = {
    "Goes to port 443 of Google's server and nowhere else. It was seen to stall the loop for its token "
    "(firebase_admin/_http_client.py, GoogleAuthCredentialFlow)": (
        "firebase_admin.messaging.send_each_async",
        "firebase_admin.messaging.send_each_for_multicast_async",
    ),
}
