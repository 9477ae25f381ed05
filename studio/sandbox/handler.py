"""Which page answers which address."""

import gzip
import re
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from . import bucket, keys, pages
from .behaviour import DELIVERED, UnknownBehaviour
from .books import masked
from .delivery import DELIVERIES, Unanswered
from .dialects import CHAT, NATIVE
from .errors import Refused, invalid_url, management_error
from .generate import Generate
from .intake import ClientGone, receive
from .wire import Stopping, Wire

if TYPE_CHECKING:
    from .server import SandboxServer

GENERATE = re.compile(r"/(?:v1beta|v1)/models/([^/:]+):generateContent")
OSS = re.compile(r"/oss/([0-9a-f]+)\.png")


class Handler(BaseHTTPRequestHandler):
    """One connection, and all requests on it."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    server: "SandboxServer"

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def do_DELETE(self) -> None:
        self._answer(self._delete)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """Says nothing: the books have it."""

    @property
    def address(self) -> str:
        """The address as it was sent. The base class has already made one slash of two, the gateway does not."""
        return self.requestline.split(" ")[1]

    @property
    def place(self) -> str:
        return unquote(urlsplit(self.path).path) if not self.address.startswith("//") else self.address

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def key(self) -> str:
        google_key = self.headers.get("x-goog-api-key", "")
        return keys.bearer(self.headers.get("Authorization", ""), google_key)

    def _answer(self, page: Callable[[], None]) -> None:
        try:
            page()
        except Refused as refused:
            self._json(refused.body, refused.status)
        except (ClientGone, Stopping, ConnectionError):
            self.close_connection = True

    def _get(self) -> None:
        match self.place:
            case "/sandbox/health":
                self._json({"status": "ok", "calls": len(self.server.books.requests())})
            case "/sandbox/requests":
                self._json(self.server.books.requests())
            case "/sandbox/charges":
                self._json(self.server.books.charges())
            case "/sandbox/downloads":
                self._json(self.server.shelf.downloads())
            case "/v1/models":
                keys.check(self.key)
                self._json(pages.models())
            case "/api/pricing":
                self._json(pages.pricing())
            case "/api/user/self":
                self._check_system_token()
                self._json(self._account())
            case "/api/log/self":
                self._check_system_token()
                self._log()
            case place if found := OSS.fullmatch(place):
                self._download(found[1])
            case _:
                raise invalid_url("GET", self.place)

    def _post(self) -> None:
        if found := GENERATE.fullmatch(self.place):
            Generate(self, NATIVE, found[1]).run()
        elif self.place == "/v1/chat/completions":
            Generate(self, CHAT).run()
        elif self.place == "/sandbox/script":
            self._set_script(receive(self.rfile, self.headers).take())
        else:
            receive(self.rfile, self.headers)
            raise invalid_url("POST", self.place)

    def _delete(self) -> None:
        receive(self.rfile, self.headers)
        if self.place != "/sandbox/books":
            raise invalid_url("DELETE", self.place)
        self.server.reset()
        self._json({"status": "ok"})

    def _set_script(self, body: bytes) -> None:
        try:
            entries = msgspec.json.decode(body, type=list[Any])
            self._json({"entries": self.server.script.set(entries)})
        except (UnknownBehaviour, msgspec.DecodeError) as error:
            self._json({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    def _check_system_token(self) -> None:
        if self.headers.get("Authorization", "") != keys.SYSTEM_TOKEN:
            raise Refused(401, management_error("No permission for this operation: the access token is invalid."))

    def _account(self) -> dict[str, Any]:
        balance = self.server.account.balance()
        data = {
            "id": 1,
            "username": "sandbox",
            "group": "default",
            "quota": balance.quota,
            "used_quota": balance.used,
            "request_count": balance.count,
        }
        return {"success": True, "message": "", "data": data}

    def _log(self) -> None:
        try:
            rows = self.server.log.page(self.query)
        except ValueError as error:
            raise Refused(400, management_error(str(error))) from error
        self._json({"success": True, "message": "", "data": rows}, packed=True)

    def _download(self, name: str) -> None:
        placed = self.server.shelf.find(name)
        reply = bucket.answer(placed, self.address, self.query)
        self.server.shelf.note(name, reply.status, masked(dict(self.headers.items())))
        behaviour = placed.fate.behaviour if placed else DELIVERED
        wire = Wire(self, self.server.stopping)
        with suppress(Unanswered):
            DELIVERIES[behaviour.delivery](wire, reply, behaviour)

    def _json(self, content: object, status: int = HTTPStatus.OK, *, packed: bool = False) -> None:
        body = msgspec.json.encode(content)
        if packed and "gzip" in self.headers.get("Accept-Encoding", ""):
            self._send(status, gzip.compress(body), "application/json", **{"Content-Encoding": "gzip"})
        else:
            self._send(status, body, "application/json")

    def _send(self, status: int, body: bytes, content_type: str, **headers: str) -> None:
        wire = Wire(self, self.server.stopping)
        wire.head(status, (("Content-Type", content_type), ("Content-Length", str(len(body))), *headers.items()))
        wire.write(memoryview(body))
