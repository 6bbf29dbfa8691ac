"""Change one live property outside persync, as another person with curl might: this is drift."""

from pathlib import Path

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

HERE = Path(__file__).parent

with SandboxServer(Description.load(HERE / "sandbox.yaml"), state=HERE / "sandbox.db") as server:
    server.change_externally("webtracking", "snowplow-web", set={"appConfig": {"eventstore.batchSize": "42"}})
