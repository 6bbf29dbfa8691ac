"""What no file describes: which projects are looked at, and what of them is looked for."""

import pytest

from persync.model import PersisterId
from persync.plan.review.listing import Listing
from persync.plan.review.unmanaged import Scope, unmanaged_in

WEB_A, WEB_B, IOT_C = (PersisterId(project, name, "pg") for project, name in (("web", "a"), ("web", "b"), ("iot", "c")))
IOT_S = PersisterId("iot", "s", "live-segment")
LISTING = Listing((IOT_C, IOT_S, WEB_A, WEB_B))


@pytest.mark.parametrize(
    ("managed", "include", "projects"),
    [
        ("", "", None),
        ("web/*", "", {"web"}),
        ("web/* iot/c", "", {"web", "iot"}),
        ("web/* */c", "", None),
        ("we?/*", "", None),
        ("w[e]b/*", "", None),
        ("a", "", None),  # an event type, in any project
        ("", "web/a", {"web"}),
        ("", "web/a a", None),
        ("web/* iot/*", "web/a", {"web"}),
        ("web/*", "*/a", {"web"}),
        ("web/*", "iot/*", set()),
        ("web/a/pg", "", {"web"}),
    ],
)
def test_the_projects_that_can_have_such_persisters(managed: str, include: str, projects: set[str] | None) -> None:
    assert Scope(tuple(managed.split()), tuple(include.split())).projects() == projects


@pytest.mark.parametrize(
    ("described", "scope", "found"),
    [
        ((), Scope(), (IOT_C, IOT_S, WEB_A, WEB_B)),
        ((WEB_A, IOT_S), Scope(), (IOT_C, WEB_B)),
        ((PersisterId("iot", "s", "pg"),), Scope(("iot/s",)), (IOT_S,)),  # of another event store
        ((WEB_A,), Scope(("web/*",)), (WEB_B,)),
        ((), Scope(("web/*",), ("*/b", "iot/*")), (WEB_B,)),
        ((), Scope(exclude=("web/*", "s")), (IOT_C,)),
        ((), Scope(("web/*",), exclude=("web/a",)), (WEB_B,)),
        ((IOT_C, IOT_S, WEB_A, WEB_B), Scope(), ()),
    ],
)
def test_what_no_file_describes(
    described: tuple[PersisterId, ...], scope: Scope, found: tuple[PersisterId, ...]
) -> None:
    assert unmanaged_in(LISTING, described, scope) == found
