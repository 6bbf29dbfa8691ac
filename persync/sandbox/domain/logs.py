"""The log of a persister's pod: lines of Spring Boot, with a stack trace if the deployment failed. Pure."""

import time

from persync.sandbox.domain.persister import Key, Persister
from persync.sandbox.domain.states import FAILED

_INTERVAL = 10  # seconds between two lines of a running persister

_START = (
    ("main", "c.g.p.e.EventstoreSinkApplication", "Starting EventstoreSinkApplication v{version} with PID 1"),
    ("main", "o.s.c.s.binder.DefaultBinderFactory", "Creating binder: kafka"),
    ("main", "com.zaxxer.hikari.HikariDataSource", "HikariPool-1 - Starting..."),
)
_STARTED = (
    ("main", "com.zaxxer.hikari.HikariDataSource", "HikariPool-1 - Start completed."),
    ("main", "c.g.p.e.EventstoreSinkApplication", "Started EventstoreSinkApplication in 21.482 seconds"),
)
_RUNNING = ("container-0-C-1", "o.a.k.c.c.internals.AbstractCoordinator", "[Consumer groupId={group}] Heartbeat sent")
_FAILURE = (
    "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'dataSource'",
    "\tat org.springframework.beans.factory.support.AbstractBeanFactory.doGetBean(AbstractBeanFactory.java:320)",
    "\tat org.springframework.boot.SpringApplication.run(SpringApplication.java:1226)",
    "\tat com.grnry.persister.eventstore.EventstoreSinkApplication.main(EventstoreSinkApplication.java:18)",
    "Caused by: org.postgresql.util.PSQLException: The connection attempt failed.",
    "\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:315)",
    "\t... 34 common frames omitted",
)


def tail(key: Key, persister: Persister, now: float, lines: int) -> list[str]:
    """Return the last `lines` lines of the log of `persister` at `now` (epoch seconds)."""
    since = persister.run.since
    version = persister.run.config.version if persister.run.config else "unknown"

    def line(at: float, level: str, thread: str, logger: str, message: str) -> str:
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at))
        text = message.format(version=version, group=f"grnry_data_in_{key.event_type}")
        milliseconds = int(at * 1000) % 1000
        name = f"g-p-{key.eventstore}-{key.event_type}-sink"
        return f"{moment}.{milliseconds:03} {level:>5} [{name},,,] 1 --- [{thread:>15}] {logger:<40} : {text}"

    started = [line(since - 20, "INFO", *entry) for entry in _START]
    if persister.run.status == FAILED:
        failed = line(since, "ERROR", "main", "o.s.boot.SpringApplication", "Application run failed")
        return [*started, failed, *_FAILURE][-lines:]
    started += [line(since, "INFO", *entry) for entry in _STARTED]
    heartbeats = max(0, int((now - since) / _INTERVAL))
    first = max(1, heartbeats - lines + 1)
    running = [line(since + number * _INTERVAL, "INFO", *_RUNNING) for number in range(first, heartbeats + 1)]
    return [*started, *running][-lines:]
