"""All checks, in their order: one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.cli.doctor import access, behaviour, local, network

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.cli.doctor.examination import Examination
    from persync.cli.doctor.report import Result


class Check(NamedTuple):
    """A check.

    Attributes:
        id: stable identifier, in kebab case.
        needs: the checks that must not have failed, for this one to be made.
        run: makes it. A ``PersyncError`` is a failure of the check.
    """

    id: str
    needs: tuple[str, ...]
    run: Callable[[Examination], Result]


CHECKS = (
    Check("settings", (), local.settings),
    Check("files", ("settings",), local.files),
    Check("address", ("settings",), network.address),
    Check("dns", ("address",), network.dns),
    Check("tcp", ("dns",), network.tcp),
    Check("tls", ("tcp",), network.tls),
    Check("api", ("tls",), network.api),
    Check("clock", ("tls",), access.clock),
    Check("token", ("address",), access.token),
    Check("access", ("api", "token"), access.access),
    Check("projects", ("access",), behaviour.projects),
    Check("roles", ("projects",), access.roles),
    Check("lists", ("projects",), behaviour.lists),
    Check("export", ("projects",), behaviour.export),
    Check("state", ("projects",), behaviour.state),
    Check("keys", ("projects",), behaviour.keys),
    Check("speed", ("projects",), behaviour.speed),
)
