"""The sandbox with the persisters of the configuration, and faults: an API that is busy."""

from __future__ import annotations

import json
import sys

from benchmarks.configuration import event_types, live_answer
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer


def main(count: str, faults: str) -> None:
    """Serve ``count`` persisters until stdin ends; ``faults`` are JSON."""
    persisters = [
        {
            "project": "benchmark",
            "eventType": event_type,
            "state": "RUNNING",
            **{name: live_answer(event_type)[name] for name in ("appVersion", "appConfig", "deployerConfig")},
        }
        for event_type in event_types(int(count))
    ]
    # without defaults an export holds all properties, and a persister is one request
    description = {"defaults": {"pg": {"appVersion": "1.9"}}, "persisters": persisters}
    with SandboxServer(Description.model_validate(description)) as server:
        print(server.url.rpartition(":")[2], server.token(lifetime=3600), flush=True)
        server.set_faults(json.loads(faults))
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
