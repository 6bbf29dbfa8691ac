"""Change one property live, behind persync's back, as somebody with curl would."""

from pathlib import Path

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

HERE = Path(__file__).parent

with SandboxServer(Description.load(HERE / "sandbox.yaml"), state=HERE / "sandbox.db") as server:
    server.change_by_hand("webtracking", "snowplow-web", set={"appConfig": {"eventstore.batchSize": "42"}})
