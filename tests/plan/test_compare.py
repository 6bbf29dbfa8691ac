import pytest

from persync.model import LivePersister, Persister, RunState, Section, Span
from persync.plan import compare as comparing
from persync.plan.compare import Comparison
from persync.plan.terms import ChangeKind
from persync.properties.secrets import SecretPolicy
from tests.builders import (
    SECRETS,
    SEGMENT_ID,
    SPAN,
    change,
    desired,
    live,
    live_properties,
    prop,
    properties,
)


def compare(
    persister: Persister, other: LivePersister, full: LivePersister | None = None, secrets: SecretPolicy = SECRETS
) -> Comparison:
    return comparing.compare(persister, other, full, secrets=secrets)


def at(line: int) -> Span:
    return Span(SPAN.file, line, 1)


def test_equal_maps_hold_no_change() -> None:
    same = {"eventstore.batchSize": "500"}
    assert compare(desired(same), live(same)) == Comparison((), needs_full=False, warnings=())


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"eventstore.batch-size": "500"}, {"eventstore.batchsize": "500"}),
        ({"eventstore.batchSize": "0500"}, {"eventstore.batchsize": "500"}),
        (
            {"spring.cloud.stream.kafka.binder.configuration.Max.Poll": "1"},
            {"spring.cloud.stream.kafka.binder.configuration.max.poll": "1"},
        ),
        (
            {"spring.cloud.stream.kafka.binder.configuration.Max.Poll": "1", "My.list[A].Key": "2"},
            {"spring.cloud.stream.kafka.binder.configuration.max.poll": "1", "my.list[A].key": "2"},
        ),
    ],
)
def test_spellings_meet(written: dict[str, str], shown: dict[str, str]) -> None:
    assert compare(desired(written), live(shown)) == Comparison((), needs_full=False, warnings=())


def test_exact_keys_that_differ_in_case_are_two_on_a_server_that_keeps_case() -> None:
    prefix = "spring.cloud.stream.kafka.binder.configuration."
    changes = compare(
        desired({"eventstore.batchSize": "1", f"{prefix}Poll": "2"}),
        live({"eventstore.batchSize": "1", f"{prefix}poll": "2"}),
    ).changes
    assert [
        (one.path.removeprefix(f"appConfig.{prefix}"), one.before.display, one.after.display) for one in changes
    ] == [
        ("Poll", None, "2"),
        ("poll", "2", None),
    ]


def test_a_key_that_the_deployer_does_not_read_is_not_the_one_that_it_reads() -> None:
    written = {"kubernetes.image-pull-policy": "Never"}
    dead = {"kubernetes.imagepullpolicy": "Never", "kubernetes.podAnnotations": "a:b"}
    full = live(deployer={"kubernetes.imagePullPolicy": "Always", **dead})
    found = compare(desired(deployer={**written, "kubernetes.podAnnotations": "a:b"}), live(deployer=dead), full)
    assert [(one.path, one.before.display, one.before_default, one.after.display) for one in found.changes] == [
        ("deployerConfig.kubernetes.image-pull-policy", "Always", True, "Never"),
        ("deployerConfig.kubernetes.imagepullpolicy", "Never", False, None),
    ]
    assert found.warnings == (
        "live has deployerConfig.kubernetes.imagepullpolicy, which the deployer ignores: it reads"
        " kubernetes.imagePullPolicy",
    )
    # where a server shows every key in lower case, nothing tells them apart
    lowered = {"kubernetes.imagepullpolicy": "Never"}
    assert compare(desired(deployer=written), live(deployer=lowered)).changes == ()


@pytest.mark.parametrize(
    ("key", "shown", "configured"),
    [
        (
            "kubernetes.additionalContainers",
            "[{name: c, env: [{name: PASSWORD, value: a}, {name: B, value: ${b}}]}]",
            "[]",
        ),
        ("kubernetes.environmentVariables", "A=1,A=2,PASSWORD='OLD PW9'", "TOKEN='NEW,PW22'"),
        ("kubernetes.environmentVariables", "A=1,,A=2", "A=1,MY_PASS_WORD=b,,A=1"),
    ],
)
def test_a_list_that_cannot_be_read_and_mentions_a_secret_is_hidden(key: str, shown: str, configured: str) -> None:
    [one] = compare(desired(deployer={key: configured}), live(deployer={key: shown})).changes
    assert (one.before.display, one.after.display, one.sensitive) == ("(sensitive)", "(sensitive, changed)", True)


def test_a_secret_that_changes_beside_something_else_is_shown_as_changed() -> None:
    url = "https://h/db?sig={}&password={}"
    [one] = compare(desired({"my.url": url.format("B", "new")}), live({"my.url": url.format("A", "old")})).changes
    assert (one.before.display, one.after.display) == (
        url.format("A", "(sensitive)"),
        url.format("B", "(sensitive, changed)"),
    )
    [one] = compare(desired({"my.url": url.format("B", "same")}), live({"my.url": url.format("A", "same")})).changes
    assert (one.before.display, one.after.display) == (url.format("A", "(sensitive)"), url.format("B", "(sensitive)"))


def test_a_changed_override() -> None:
    assert compare(desired({"eventstore.batchSize": "500"}), live({"eventstore.batchsize": "200"})) == Comparison(
        (change("appConfig.eventstore.batchSize", "200", "500", span=at(2)),),
        needs_full=False,
        warnings=(),
    )


def test_a_written_property_that_the_export_lacks_needs_the_full_answer() -> None:
    assert compare(desired({"eventstore.batchSize": "500"}), live()).needs_full


def test_a_value_equal_to_the_servers_default_is_no_change() -> None:
    full = live({"eventstore.batchsize": "100"})
    assert compare(desired({"eventstore.batchSize": "100"}), live(), full) == Comparison(
        (), needs_full=False, warnings=()
    )


def test_a_change_of_a_default_shows_the_default() -> None:
    full = live({"eventstore.batchsize": "100"})
    assert compare(desired({"eventstore.batchSize": "500"}), live(), full).changes == (
        change("appConfig.eventstore.batchSize", "100", "500", before_default=True, span=at(2)),
    )


def test_a_property_that_live_does_not_know_is_added() -> None:
    one = compare(desired({"my.own": "x"}), live(), live()).changes[0]
    assert (one.kind, one) == (
        ChangeKind.ADD,
        change("appConfig.my.own", None, "x", span=at(2)),
    )


def test_a_property_that_the_files_lack_falls_back_to_its_default() -> None:
    one = compare(desired(), live({"eventstore.batchsize": "500"})).changes[0]
    assert (one.kind, one) == (
        ChangeKind.REMOVE,
        change("appConfig.eventstore.batchSize", "500", None, after_default=True),
    )


def test_app_version_is_compared_only_if_written() -> None:
    assert compare(desired(), live(version="1.1")).changes == ()
    assert compare(desired(version="1.10"), live(version="1.10")).changes == ()
    assert compare(desired(version="1.10"), live()).needs_full
    assert compare(desired(version="1.10"), live(), live(version="1.10")).changes == ()
    assert compare(desired(version="1.10"), live(), live(version="1.9")).changes == (
        change("appVersion", "1.9", "1.10", before_default=True, span=at(1)),
    )
    assert compare(desired(version="1.10"), live(version="1.9")).changes == (
        change("appVersion", "1.9", "1.10", span=at(1)),
    )


def test_structures_are_shown_by_path() -> None:
    written = {"kubernetes.volumes": "[{name: db-secret, secret: {secretName: new, defaultMode: 0400}}]"}
    shown = {"kubernetes.volumes": "[{name: 'db-secret', secret: {secretName: 'old', defaultMode: '256'}}]"}
    assert compare(desired(deployer=written), live(deployer=shown)).changes == (
        change(
            "deployerConfig.kubernetes.volumes",
            "old",
            "new",
            subpath="[db-secret].secret.secretName",
            in_both=3,
            span=at(2),
        ),
    )


def test_new_and_removed_structures_are_shown_by_path_too() -> None:
    volumes = {"kubernetes.volumes": "[{name: a, emptyDir: {}}]"}
    assert [
        (one.path, one.before.display, one.after.display)
        for one in compare(desired(deployer=volumes), live(), live()).changes
    ] == [
        ("deployerConfig.kubernetes.volumes[a].emptyDir", None, "{}"),
        ("deployerConfig.kubernetes.volumes[a].name", None, "a"),
    ]
    assert [
        (one.path, one.before.display, one.after.display) for one in compare(desired(), live(deployer=volumes)).changes
    ] == [
        ("deployerConfig.kubernetes.volumes[a].emptyDir", "{}", None),
        ("deployerConfig.kubernetes.volumes[a].name", "a", None),
    ]


def test_of_a_structure_it_is_known_what_both_sides_have() -> None:
    written = {"kubernetes.volumes": "[{name: a, secret: {secretName: s, optional: true}}, {name: b, emptyDir: {}}]"}
    shown = {"kubernetes.volumes": "[{name: c, emptyDir: {}}, {name: a, secret: {secretName: s}}]"}
    assert [
        (one.subpath, [part.in_both for part in one.subpath_parts])
        for one in compare(desired(deployer=written), live(deployer=shown)).changes
    ] == [
        ("[a].secret.optional", [True, True, False]),
        ("[b].emptyDir", [False, False]),
        ("[b].name", [False, False]),
        ("[c].emptyDir", [False, False]),
        ("[c].name", [False, False]),
    ]


def test_a_structure_that_cannot_be_read_is_shown_whole() -> None:
    written, shown = {"kubernetes.volumes": "[{name: a}]"}, {"kubernetes.volumes": "[{name: a"}
    assert compare(desired(deployer=written), live(deployer=shown)).changes == (
        change("deployerConfig.kubernetes.volumes", "[{name: a", "[{name: a}]", span=at(2)),
    )


def test_environment_variables_are_shown_one_by_one_and_their_secrets_hidden() -> None:
    written = {"kubernetes.environmentVariables": "A=1,DB_PASSWORD=new"}
    shown = {"kubernetes.environmentvariables": "A=2,DB_PASSWORD=old"}
    assert compare(desired(deployer=written), live(deployer=shown)).changes == (
        change("deployerConfig.kubernetes.environmentVariables", "2", "1", subpath="[A]", in_both=1, span=at(2)),
        change(
            "deployerConfig.kubernetes.environmentVariables",
            "(sensitive)",
            "(sensitive, changed)",
            subpath="[DB_PASSWORD]",
            in_both=1,
            span=at(2),
        ),
    )


@pytest.mark.parametrize(
    ("key", "before", "after", "shown"),
    [
        ("spring.datasource.password", "old", "new", ("(sensitive)", "(sensitive, changed)", True)),
        ("spring.datasource.password", "${pw}", "new", ("${pw}", "(sensitive)", True)),
        ("spring.datasource.password", "${pw}", "${pw2}", ("${pw}", "${pw2}", False)),
        ("spring.datasource.password", "", "new", ("", "(sensitive)", True)),
        (
            "spring.datasource.url",
            "jdbc:x://u:old@h",
            "jdbc:x://u:new@h",
            ("jdbc:x://u:(sensitive)@h", "jdbc:x://u:(sensitive, changed)@h", True),
        ),
        ("spring.cloud.kubernetes.secrets.paths", "/a", "/b", ("/a", "/b", False)),
    ],
)
def test_secrets_are_hidden(key: str, before: str, after: str, shown: tuple[str, str, bool]) -> None:
    [one] = compare(desired({key: after}), live({key: before})).changes
    assert (one.before.display, one.after.display, one.sensitive) == shown


def test_a_value_from_a_secret_reference_is_hidden_whatever_its_key() -> None:
    persister = desired()
    persister = Persister(
        persister.id, persister.span, persister.state, None, {Section.APP: (prop("my.own", "s3cr3t", sensitive=True),)}
    )
    [one] = compare(persister, live({"my.own": "0ld"})).changes
    assert (one.before.display, one.after.display, one.sensitive) == ("(sensitive)", "(sensitive, changed)", True)


def test_more_patterns_hide_more() -> None:
    [one] = compare(desired({"my.pin": "1"}), live({"my.pin": "2"}), secrets=SecretPolicy(("pin",))).changes
    assert (one.before.display, one.after.display) == ("(sensitive)", "(sensitive, changed)")


def test_a_second_spelling_in_live_goes_and_is_said() -> None:
    shown = {"eventstore.batchsize": "9", "eventstore.batchSize": "500", "eventstore.BATCH-SIZE": "500"}
    assert compare(desired({"eventstore.batchSize": "500"}), live(shown)) == Comparison(
        (
            change("appConfig.eventstore.BATCH-SIZE", "500", None, after_default=True),
            change("appConfig.eventstore.batchsize", "9", None, after_default=True),
        ),
        needs_full=False,
        warnings=(
            "live has appConfig.eventstore.batchSize twice, also spelled eventstore.BATCH-SIZE",
            "live has appConfig.eventstore.batchSize twice, also spelled eventstore.batchsize",
        ),
    )


def segment(texts: dict[str, str]) -> Persister:
    return Persister(
        SEGMENT_ID, SPAN, RunState.RUNNING, None, {Section.LIVE_SEGMENT: properties(Section.LIVE_SEGMENT, texts)}
    )


def test_of_a_live_segment_persister_the_written_properties_are_compared() -> None:
    shown = LivePersister(
        SEGMENT_ID,
        RunState.RUNNING,
        "RUNNING",
        None,
        {Section.LIVE_SEGMENT: live_properties(Section.LIVE_SEGMENT, {"tasksMax": "2", "batchSize": "7"})},
    )
    assert compare(segment({"tasks-max": "2"}), shown) == Comparison((), needs_full=False, warnings=())
    assert compare(segment({"tasksMax": "3", "maxRetries": "1"}), shown) == Comparison(
        (
            change("config.maxRetries", None, "1", span=at(3)),
            change("config.tasksMax", "2", "3", span=at(2)),
        ),
        needs_full=False,
        warnings=(
            "live has properties that the files lack: batchSize; the PUT replaces the whole config, so a value that was"
            " set falls back to the server's default, unless the file names it",
        ),
    )


def test_two_exact_keys_that_a_server_shows_as_one_are_compared_with_it() -> None:
    prefix = "spring.cloud.stream.kafka.binder.configuration."
    changes = compare(desired({f"{prefix}Foo": "1", f"{prefix}foo": "2"}), live({f"{prefix}foo": "1"})).changes
    assert changes == (change(f"appConfig.{prefix}foo", "1", "2", span=at(3)),)
