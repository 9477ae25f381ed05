"""An identity provider as a process of its own on this machine: real HTTP, real signatures, and people a test names."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2

from studio.demo.processes import Processes, free_port


@dataclass
class IdentityProvider:
    """`url` is what `NB_OIDC_URL` takes."""

    url: str

    def knows(self, subject: str, *, email: str, email_verified: bool = True, **claims: str) -> None:
        """Let a person have these claims from now on."""
        said = {"email": email, "email_verified": email_verified, **claims}
        httpx2.put(f"{self.url}/users/{subject}", json=said).raise_for_status()

    def agrees(self, address: str, subject: str) -> str:
        """Where the provider leads to when this person presses "Authorize" on its page."""
        answer = httpx2.post(address, data={"sub": subject})
        return answer.headers["location"]


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    running = Processes()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    try:
        running.start(command, environment={"NO_COLOR": "1"}, answers_at=f"{url}/.well-known/openid-configuration")
        yield IdentityProvider(url)
    finally:
        running.stop()
