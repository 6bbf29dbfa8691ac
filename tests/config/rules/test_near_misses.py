"""What users of Kubernetes and Spring write, and what to write in its place; tests/conformance/verdicts.tsv judges."""

from __future__ import annotations

import pytest

from persync.config.rules.values import value_advice
from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.secrets import SecretPolicy

K = "kubernetes."
LABELS, ANNOTATIONS, ENVIRONMENT = f"{K}deploymentLabels", f"{K}podAnnotations", f"{K}environmentVariables"
PORTS, DATABASE = f"{K}containerPorts", "spring.datasource.url"


def found(key: str, text: str) -> list[tuple[str, str]]:
    section = Section.DEPLOYER if key.startswith(K) else Section.APP
    advice = value_advice(identify(section, key), text, SecretPolicy(), sensitive=False)
    return [(each.message.removeprefix(key).strip(), each.hint) for each in advice]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (f"{K}limits.memory", "0.5Gi"),
        (f"{K}limits.memory", "1G"),
        (f"{K}limits.cpu", ".5"),
        (f"{K}imagePullPolicy", "if not present"),
        (f"{K}entryPointStyle", "SHELL"),
        (f"{K}hostNetwork", "TRUE"),
        ("spring.cloud.stream.bindings.input.consumer.partitioned", "on"),
        ("eventstore.ttlGracePeriod", "5m"),
        ("eventstore.ttlGracePeriod", "PT5M"),
        (LABELS, "team: data"),
        (ANNOTATIONS, "a:http://host:80"),
        (PORTS, "8080, 9090"),
        (DATABASE, "jdbc:postgresql://host:5432/postgres?currentSchema=public"),
        (DATABASE, "jdbc:postgresql:database"),
        (DATABASE, "jdbc:aws-wrapper:postgresql://host/database"),
        (DATABASE, "${database-url}"),
        (DATABASE, ""),
    ],
)
def test_what_the_service_takes(key: str, text: str) -> None:
    assert found(key, text) == []


ITEMS, VARIABLES = (f"write each item as NAME{between}VALUE, with ',' between items" for between in ":=")
NO_PORT = "has a port that is not a whole number from 1 to 65535"
REFUSED, LETTERS = "Kubernetes refuses", "letters, digits, '-', '_' and '.'"
BEHIND_DOMAIN = f"{LETTERS}, perhaps after a domain and '/'"
NO_QUOTES, NO_BRACES = (f"remove the {what}, which become a part of the text" for what in ("quotes", "braces"))
A_MAP = "write a map of names and values: persync makes the text"
NO_JDBC = "does not begin with jdbc:"


@pytest.mark.parametrize(
    ("key", "text", "message", "hint"),
    [
        (LABELS, "team=data", "has an item without ':'", ITEMS),
        (
            LABELS,
            "team:data;env:dev",
            "has an item that is not exactly a name and a value with one ':' between them",
            ITEMS,
        ),
        (ANNOTATIONS, "a=b", "has an item without ':'", ITEMS),
        (ANNOTATIONS, "a:b,,c:d", "has an empty item", "remove the ',' that divides nothing"),
        (ANNOTATIONS, "a:b,a:c", "has a name twice: only one of the values is used", "keep one of them"),
        (ENVIRONMENT, "A: b", "has an item without '='", VARIABLES),
        (ENVIRONMENT, "A = b", "has a blank beside a name, which becomes a part of the name", "remove the blank"),
        (
            ENVIRONMENT,
            "A='x,y'",
            "has only quoted values, which the deployer refuses",
            "write a comma before the first",
        ),
        (LABELS, "team:'data'", f"has a value that {REFUSED}: it may have at most 63 {LETTERS}", NO_QUOTES),
        (LABELS, "team:Data Science", f"has a value that {REFUSED}: it may have at most 63 {LETTERS}", A_MAP),
        (ANNOTATIONS, "'a':b", f"has a name that {REFUSED}: it may have at most 63 {BEHIND_DOMAIN}", NO_QUOTES),
        (ANNOTATIONS, "{a: b, c: d}", f"has a name that {REFUSED}: it may have at most 63 {BEHIND_DOMAIN}", NO_BRACES),
        (
            f"{K}createNodePort",
            "false",
            "is neither true nor the number of a port",
            "remove the property to create no port",
        ),
        (PORTS, "8080/TCP", NO_PORT, "write numbers with ',' between them"),
        (PORTS, "65536", NO_PORT, ""),
        (DATABASE, "postgresql://host/database", NO_JDBC, "write jdbc:postgresql: in place of postgresql:"),
        (DATABASE, "postgres://${host}/database", NO_JDBC, "write jdbc:postgresql: in place of postgres:"),
        (DATABASE, "host:5432/database", NO_JDBC, "write jdbc:postgresql://HOST:PORT/DATABASE"),
        (DATABASE, "JDBC:postgresql:x", NO_JDBC, "write jdbc:postgresql://HOST:PORT/DATABASE"),
        (
            DATABASE,
            "jdbc:postgres://host/database",
            "begins with jdbc:postgres:",
            "write jdbc:postgresql: in place of jdbc:postgres:",
        ),
    ],
)
def test_what_it_refuses(key: str, text: str, message: str, hint: str) -> None:
    assert found(key, text) == [(message, hint)]
