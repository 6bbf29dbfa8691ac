import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.model import Section
from persync.properties.catalogue import definitions, identify
from persync.properties.keys import exact_below, relaxed_form


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("eventstore.batchSize", "eventstore.batchsize"),
        ("eventstore.batch-size", "eventstore.batchsize"),
        ("EVENTSTORE.BATCH_SIZE", "eventstore.batchsize"),
        ("a.b[Some Key].c-D", "a.b[Some Key].cd"),
        ("a[0].B[1]", "a[0].b[1]"),
        ("", ""),
    ],
)
def test_relaxed_form(key: str, form: str) -> None:
    assert relaxed_form(key) == form


@given(st.text(alphabet="abAB09-_.[]", max_size=30))
def test_relaxed_form_is_idempotent(key: str) -> None:
    assert relaxed_form(relaxed_form(key)) == relaxed_form(key)


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("spring.Some-Map.max.Poll_Records", "spring.somemap.max.Poll_Records"),
        ("spring.someMap", None),
        ("spring.other.x", None),
    ],
)
def test_exact_below(key: str, form: str | None) -> None:
    assert exact_below(key, "spring.somemap.") == form


@pytest.mark.parametrize(
    ("section", "key", "form", "canonical"),
    [
        (Section.APP, "eventstore.tablename", "eventstore.tablename", "eventstore.tableName"),
        (Section.DEPLOYER, "kubernetes.volumemounts", "kubernetes.volumemounts", "kubernetes.volumeMounts"),
        (
            Section.APP,
            "spring.cloud.stream.kafka.binder.Configuration.max.Poll.Records",
            "spring.cloud.stream.kafka.binder.configuration.max.Poll.Records",
            "spring.cloud.stream.kafka.binder.configuration.max.Poll.Records",
        ),
        (Section.DEPLOYER, "kubernetes.lifecycle.preStop", "kubernetes.lifecycle.prestop", None),
        (Section.APP, "my.own-key", "my.ownkey", None),
        (Section.LIVE_SEGMENT, "tasks-max", "tasksmax", "tasksMax"),
    ],
)
def test_identify(section: Section, key: str, form: str, canonical: str | None) -> None:
    identity = identify(section, key)
    assert (identity.form, identity.canonical) == (form, canonical)


def test_a_key_of_the_other_section_is_not_known() -> None:
    assert identify(Section.APP, "kubernetes.volumes").definition is None


@pytest.mark.parametrize("section", list(Section))
def test_no_two_entries_of_the_catalogue_are_the_same_property(section: Section) -> None:
    keys = [entry.key for entry in definitions(section)]
    assert sorted({relaxed_form(key) for key in keys}) == sorted(relaxed_form(key) for key in keys)


def test_the_catalogue_holds_the_vendors_defaults_as_text() -> None:
    defaults = {known.key: known.default for known in definitions(Section.APP) if known.default is not None}
    assert defaults == {
        "eventstore.tableName": "eventstore",
        "spring.sleuth.enabled": "true",
        "eventstore.batchSize": "100",
        "eventstore.batchTimeout": "1000",
        "eventstore.ttlGracePeriod": "P5D",
        "spring.cloud.stream.bindings.input.consumer.concurrency": "1",
        "spring.cloud.stream.bindings.input.consumer.partitioned": "false",
        "spring.cloud.stream.bindings.input.consumer.maxAttempts": "3",
        "spring.cloud.stream.bindings.input.consumer.backOffInitialInterval": "1000",
        "spring.cloud.stream.bindings.input.consumer.backOffMaxInterval": "10000",
        "spring.cloud.stream.bindings.input.consumer.backOffMultiplier": "2.0",
        "spring.cloud.stream.kafka.binder.brokers": "localhost",
        "spring.cloud.stream.kafka.binder.autoCreateTopics": "true",
        "spring.cloud.stream.kafka.binder.autoAddPartitions": "false",
        "spring.cloud.stream.kafka.binder.minPartitionCount": "1",
        "spring.cloud.stream.kafka.binder.replicationFactor": "1",
        "spring.cloud.stream.kafka.binder.requiredAcks": "1",
        "spring.cloud.stream.kafka.binder.healthTimeout": "60",
        "spring.cloud.stream.kafka.bindings.input.consumer.enableDlq": "false",
        "spring.cloud.stream.kafka.bindings.input.consumer.autoCommitOffset": "true",
        "spring.cloud.stream.kafka.bindings.input.consumer.autoRebalanceEnabled": "true",
        "spring.cloud.stream.kafka.bindings.input.consumer.resetOffsets": "false",
        "spring.cloud.stream.kafka.bindings.input.consumer.ackEachRecord": "false",
        "spring.cloud.stream.kafka.bindings.input.consumer.recoveryInterval": "5000",
        "spring.datasource.hikari.maximumPoolSize": "10",
        "spring.datasource.hikari.connectionTimeout": "30000",
        "spring.datasource.hikari.idleTimeout": "600000",
        "spring.datasource.hikari.maxLifetime": "1800000",
    }
