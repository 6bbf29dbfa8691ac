"""A real Keycloak on a loopback port, with the realms of ``realms/``."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

TESTS = Path(__file__).parent
FETCHED = TESTS.parents[1] / "build" / "keycloak"
"""What `make test-keycloak` fetches."""
_ADMIN = "admin"
_READY = re.compile(r"Listening on: (http://127\.0\.0\.1:\d+)")
_DEADLINE = 240.0  # seconds: on a busy machine a start takes more than one minute


class Keycloak:
    """Starts with an empty database in memory, imports the realms, and ends with the block."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        [script] = FETCHED.glob("keycloak-*/bin/kc.sh")
        shutil.copytree(TESTS / "realms", script.parents[1] / "data" / "import", dirs_exist_ok=True)
        command = ["bash", str(script), "start-dev", "--import-realm"]
        command += ["--features=client-auth-federated"]
        command += ["--db=dev-mem", "--cache=local", "--http-host=127.0.0.1", "--http-port=0"]
        environ = {
            **os.environ,
            "KC_BOOTSTRAP_ADMIN_USERNAME": _ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": _ADMIN,
            "JAVA_OPTS_KC_HEAP": "-Xms256m -Xmx512m",
        }
        with self._log.open("wb") as log:
            # kc.sh replaces itself by java, so that this process is the server
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environ)  # noqa: S603 - our own
        try:
            self.url = self._ready(self._process)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()  # nothing that it stores is used again
            self._process.wait()

    def _ready(self, process: subprocess.Popen[bytes]) -> str:
        ends_at = time.monotonic() + _DEADLINE
        while time.monotonic() < ends_at and process.poll() is None:
            if found := _READY.search(self._log.read_text(encoding="utf-8", errors="replace")):
                return found[1]
            time.sleep(0.2)
        raise RuntimeError(
            f"Keycloak does not start:\n{self._log.read_text(encoding='utf-8', errors='replace')[-4000:]}"
        )

    def issuer(self, realm: str = "grnry") -> str:
        return f"{self.url}/realms/{realm}"

    def token_url(self, realm: str = "grnry") -> str:
        return f"{self.issuer(realm)}/protocol/openid-connect/token"

    def granted(self, **form: str) -> str:
        """Return an access token for a client's secret, without persync."""
        answer = requests.post(self.token_url(), {"grant_type": "client_credentials", **form}, timeout=30)
        token: str = answer.json()["access_token"]
        return token

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """Send a request of the Admin REST API for realm grnry."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": _ADMIN, "password": _ADMIN}
        token = requests.post(self.token_url("master"), form, timeout=30).json()["access_token"]
        answer = requests.request(
            method,
            f"{self.url}/admin/realms/grnry{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def user_id(self, name: str) -> str:
        [user] = self.admin("GET", f"/users?username={name}&exact=true")
        found: str = user["id"]
        return found

    def events(self, **query: str) -> list[str]:
        """Return the types of the events with these properties: LOGIN, REFRESH_TOKEN, CLIENT_LOGIN, …_ERROR."""
        text = "&".join(f"{name}={value}" for name, value in {**query, "max": "1000"}.items())
        return [event["type"] for event in self.admin("GET", f"/events?{text}")]
