"""One person's browser, as far as the server sees it: a session, a connection that is kept, forms with their token."""

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode
from uuid import uuid4

_CSRF = "s" * 32


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()


class Browser:
    """`session` is what `bench.jobs.commands.session` says. No thread may share one with another."""

    def __init__(self, port: str, session: dict[str, str]) -> None:
        self.project = f"/projects/{session['project']}/"
        self._port = int(port)
        self._connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        self._headers = {"Cookie": f"sessionid={session['cookie']}; csrftoken={_CSRF}", "X-CSRFToken": _CSRF}

    def get(self, address: str, *, is_htmx: bool = False) -> Answer:
        return self._ask("GET", address, b"", {"HX-Request": "true"} if is_htmx else {})

    def submit(self, **fields: str) -> Answer:
        """One picture by the cheapest model, with whatever else is said."""
        sent = {
            "form_token": str(uuid4()),
            "model": "lite",
            "size": "1K",
            "ratio": "1:1",
            "variations": "1",
            "had_inputs": "0",
            **fields,
        }
        form = "application/x-www-form-urlencoded"
        headers = {"HX-Request": "true", "Content-Type": form}
        return self._ask("POST", f"{self.project}runs/", urlencode(sent).encode(), headers)

    def upload(self, name: str, data: bytes) -> Answer:
        border = uuid4().hex
        head = f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{border}--\r\n".encode()
        headers = {"HX-Request": "true", "Content-Type": f"multipart/form-data; boundary={border}"}
        return self._ask("POST", f"{self.project}uploads/", body, headers)

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        try:
            return self._answer(method, address, body, headers, began)
        except (HTTPException, ConnectionError):
            # A server may close a connection that nobody used; a browser then asks once more, what it may ask twice.
            self._connection.close()
            if method != "GET":
                raise
            return self._answer(method, address, body, headers, began)

    def _answer(self, method: str, address: str, body: bytes, headers: dict[str, str], began: float) -> Answer:
        self._connection.request(method, address, body or None, self._headers | headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.read(), time.monotonic() - began)
