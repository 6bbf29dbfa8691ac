"""Where a secret may be, and a running persister with secrets in such a place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from persync.sandbox.server import SandboxServer
from tests.command_line import Installation
from tests.laws.conftest import Install
from tests.laws.strategies import NO_DELAYS

# What may be in the middle of a secret without ending the text that it is a part of. Double quotes and backslashes
# do not reach the pod as they are.
ANYTHING = "!#%*+-_.~/:?@=&;,' $({[]})\n"
IN_A_LIST = "!#%*+-_.~/:?@=&;"
IN_A_URL = "!%*+-_.~:=$"
IN_A_QUERY = "!%*+-_.~:/=$@"
IN_A_HEADER = "!#%*+-_.~/:=&;"
DEPLOYER, APP = "deployerConfig", "appConfig"

# Nothing that persync prints looks like this by chance.
_CORES = st.from_regex(r"Zq[A-Za-z0-9]{10}", fullmatch=True)


@dataclass(frozen=True)
class Secret:
    """A secret, and the parts of it that must not be shown."""

    text: str
    parts: tuple[str, ...]


def secrets(between: str) -> SearchStrategy[Secret]:
    """Secrets of two random parts, with a few of these characters between them."""
    middles = st.text(alphabet=between, max_size=3) if between else st.just("")
    return st.builds(lambda one, middle, two: Secret(one + middle + two, (one, two)), _CORES, middles, _CORES)


@dataclass(frozen=True)
class Place:
    """Where a secret may be.

    Attributes:
        section: of the property.
        key: of the property.
        written: its value in YAML, with ``%`` for the secret as a quoted scalar or, in a text, as it is.
        text: its value as a server holds it, with ``%`` for the secret.
        allowed: what the secret may hold.
        by_reference: the secret is named in the YAML as ``${{ secret.S }}``.
    """

    section: str
    key: str
    text: str = "%"
    written: str = ""
    allowed: str = ""
    by_reference: bool = False

    def in_yaml(self, secret: str) -> str:
        put_in = "${{ secret.S }}" if self.by_reference else secret
        if self.written:
            return self.written.replace("%", json.dumps(put_in))
        return json.dumps(self.text.replace("%", put_in))

    def in_json(self, secret: str) -> str:
        return self.text.replace("%", secret)


PLACES = {
    # keys that speak of a secret
    "password": Place(APP, "spring.datasource.password", allowed=ANYTHING),
    "api key": Place(APP, "my.api-key", allowed=ANYTHING),
    "token": Place(APP, "my.accessToken.value", allowed=ANYTHING),
    "bracketed": Place(APP, "my.map[client-secret]", allowed=ANYTHING),
    "below an exact map": Place(
        APP, "spring.cloud.stream.kafka.binder.configuration.ssl.key.password", allowed=ANYTHING
    ),
    "sensitive in the settings": Place(APP, "my.passphrase", allowed=ANYTHING),
    # inside of a text
    "URL user": Place(APP, "spring.datasource.url", text="jdbc:postgresql://me:%@host:5432/db", allowed=IN_A_URL),
    "URL query": Place(
        APP, "spring.datasource.url", text="jdbc:postgresql://host/db?user=me&password=%&ssl=true", allowed=IN_A_QUERY
    ),
    "URL query, password first": Place(
        APP, "spring.datasource.url", text="jdbc:sqlserver://host;password=%;user=me", allowed=IN_A_QUERY
    ),
    "JAAS": Place(
        APP,
        "spring.cloud.stream.kafka.binder.configuration.sasl.jaas.config",
        text='org.apache.kafka.PlainLoginModule required username=\\"me\\" password=\\"%\\";',
        allowed=IN_A_LIST,
    ),
    "command": Place(DEPLOYER, "kubernetes.containerCommand", text="java --password=% -jar a.jar", allowed=IN_A_URL),
    # lists
    "environment variable": Place(
        DEPLOYER, "kubernetes.environmentVariables", text="A=b,DB_PASSWORD=%,C=d", allowed=IN_A_LIST
    ),
    "environment variable with commas": Place(
        DEPLOYER,
        "kubernetes.environmentVariables",
        text="A=b,DB_PASSWORD='%',C=d",
        written="{A: b, DB_PASSWORD: %, C: d}",
        allowed=IN_A_LIST + ",",
    ),
    "environment variable in lower case": Place(
        DEPLOYER,
        "kubernetes.environmentVariables",
        text="A=b,password_of_db=%",
        written="{A: b, password_of_db: %}",
        allowed=IN_A_LIST,
    ),
    "URL in an environment variable": Place(
        DEPLOYER,
        "kubernetes.environmentVariables",
        text="DB=postgresql://me:%@host/db,C=d",
        written='{DB: "postgresql://me:${{ secret.S }}@host/db", C: d}',
        allowed=IN_A_URL,
        by_reference=True,
    ),
    "annotation": Place(
        DEPLOYER,
        "kubernetes.podAnnotations",
        text="a:b,vault/token:%",
        written="{a: b, vault/token: %}",
        allowed=IN_A_LIST,
    ),
    # structures
    "structure": Place(
        DEPLOYER,
        "kubernetes.affinity.nodeAffinity",
        text="{a: b, auth: {password: '%'}}",
        written="{a: b, auth: {password: %}}",
        allowed=IN_A_LIST,
    ),
    "structure as a text": Place(
        DEPLOYER, "kubernetes.affinity.nodeAffinity", text="{a: b, auth: {password: '%'}}", allowed=IN_A_LIST
    ),
    "container's environment": Place(
        DEPLOYER,
        "kubernetes.additionalContainers",
        text="[{name: side, env: [{name: A, value: b}, {name: DB_PASSWORD, value: '%'}]}]",
        written="[{name: side, env: [{name: A, value: b}, {name: DB_PASSWORD, value: %}]}]",
        allowed=IN_A_LIST,
    ),
    "URL in a structure": Place(
        DEPLOYER,
        "kubernetes.affinity.nodeAffinity",
        text="{a: b, url: 'https://me:%@host/'}",
        allowed=IN_A_URL,
    ),
    "structure that cannot be read": Place(
        DEPLOYER, "kubernetes.affinity.nodeAffinity", text="{a: '${b}', password: '%', c: d", allowed=IN_A_URL
    ),
    # references under innocent keys
    "reference": Place(APP, "my.plain", allowed=ANYTHING, by_reference=True),
    "reference in a text": Place(APP, "my.plain", text="before % behind", allowed=ANYTHING, by_reference=True),
    "reference in a list": Place(
        DEPLOYER,
        "kubernetes.podAnnotations",
        text="note:%",
        written='{note: "${{ secret.S }}"}',
        allowed=IN_A_LIST,
        by_reference=True,
    ),
    "reference in a structure": Place(
        DEPLOYER,
        "kubernetes.affinity.nodeAffinity",
        text="{a: '%'}",
        written='{a: "${{ secret.S }}"}',
        allowed=IN_A_LIST,
        by_reference=True,
    ),
    "reference in a list of names": Place(
        DEPLOYER,
        "kubernetes.additionalContainers",  # a volume's name has no capitals
        text="[{name: '%'}]",
        written='[{name: "${{ secret.S }}"}]',
        allowed="-",
        by_reference=True,
    ),
    "reference under a key that names secrets": Place(
        APP, "spring.cloud.kubernetes.secrets.paths", allowed=ANYTHING, by_reference=True
    ),
}
LIVE_ONLY = {name: place for name, place in PLACES.items() if not place.by_reference}
READABLE = {name: place for name, place in PLACES.items() if name != "structure that cannot be read"}


@dataclass
class Ground:
    """A running persister with a secret in one place, another one there in the files, and a third one as the token."""

    installation: Installation
    server: SandboxServer
    secrets: tuple[Secret, ...]
    shown: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> int:
        code = 0
        for debug in ((), ("--debug",)):
            ended = self.installation.run(*debug, *arguments)
            assert "Traceback" not in ended.out
            self.shown += [f"$ persync {' '.join((*debug, *arguments))}", *(ended.out + ended.err).splitlines()]
            code = code or ended.code
        return code

    def read(self, *files: str) -> None:
        for file in files:
            self.shown += (self.installation.folder / file).read_text(encoding="utf-8").splitlines()

    def read_journals(self) -> None:
        """Read what applies have recorded; there is something."""
        runs = [str(path) for path in self.installation.folder.glob(".persync/runs/*.jsonl")]
        assert runs
        self.read(*runs)

    def leaks(self) -> list[str]:
        """Return the lines that show a part of a secret."""
        return [line for line in self.shown for secret in self.secrets for part in secret.parts if part in line]


class Three(NamedTuple):
    """The secret that the files want, the live one, and the token."""

    desired: Secret
    live: Secret
    token: Secret


@contextmanager
def ground(
    install: Install, place: Place, secrets: Three, *, written: bool = True, timeout: float = 1
) -> Iterator[Ground]:
    """Make a ground; ``written``: the files have the property; ``timeout``: of each step, in seconds."""
    desired, live, token = secrets
    description: Mapping[str, Any] = {
        "delays": NO_DELAYS,
        "users": [{"name": "ci", "token": token.text, "roles": {"*": "editor"}}],
        "persisters": [
            {
                "eventType": "one",
                "state": "RUNNING",
                place.section: {"my.other": "1"}
                | ({"my.plain": "0"} if place.by_reference else {place.key: place.in_json(live.text)}),
            }
        ],
    }
    property_ = f"  {json.dumps(place.key)}: {place.in_yaml(desired.text)}\n" if written else ""
    files = {"persisters/one.yaml": f"eventType: one\nstate: RUNNING\n{place.section}:\n  my.other: 2\n{property_}"}
    with install(description, files) as installation:
        assert installation.server is not None
        installation.settings(
            url=installation.server.url,
            timeouts=f"{{start: {timeout}, stop: {timeout}, update: {timeout}, poll: 0.01}}",
            sensitive=r"['\.passphrase$']",
        )
        installation.monkeypatch.setenv("PERSYNC_TOKEN", token.text)
        installation.monkeypatch.setenv("S", desired.text)
        # an old value under an innocent key is no secret, unless the files configure one there
        hidden = (desired, token) if place.by_reference else (desired, live, token)
        yield Ground(installation, installation.server, hidden)


def three_secrets(allowed: str) -> SearchStrategy[Three]:
    return st.builds(Three, secrets(allowed), secrets(allowed), secrets(IN_A_HEADER))
