import pytest

from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.secrets import SecretPolicy, is_placeholder, passwords_in, redact
from persync.properties.structures import PathStep
from tests.builders import SECRETS


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("spring.datasource.password", True),
        ("my.api-key", True),
        ("my.apiKey", True),
        ("my.api_key", True),
        ("client.Secret", True),
        ("oauth.token.value", True),
        ("aws.credentials.file", True),
        ("spring.datasource.pass-word", True),
        ("PASS_WORD", True),
        ("eventstore.tableName", False),
        ("kubernetes.secretKeyRefs", False),
        ("volume.secretName", False),
        ("spring.cloud.kubernetes.secrets.paths", False),
        ("kubernetes.imagePullSecret", False),
        ("kubernetes.probeCredentialsSecret", False),
        ("kubernetes.probecredentialssecret", False),
    ],
)
def test_names_secret(key: str, expected: bool) -> None:
    assert SECRETS.names(key) == expected


def test_names_secret_by_more_patterns() -> None:
    assert list(map(SecretPolicy((r"\bpin\b",)).names, ["my.pin", "my.pink"])) == [True, False]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ([], False),
        (["secret", "secretName"], False),
        (["[db-secret]", "secret", "defaultMode"], False),
        (["[x]", "password"], True),
        (["auth", "password", "[0]"], True),
        (["[DB_PASSWORD]"], True),
        (["[app]", "env", "[DB_PASSWORD]", "value"], True),
        (["[app]", "env", "[DB_PASSWORD]", "value", "raw"], True),
        (["[app]", "env", "[a.b[password", "value"], True),
        (["[app]", "env", "[DB_HOST]", "value"], False),
        (["auth", "DB_PASSWORD", "value"], True),
        (["auth", "DB_HOST", "value"], False),
        (["[app]", "auth", "DB_PASSWORD", "side", "value"], True),
        (["[DB_PASSWORD]", "auth", "value"], True),
        (["password", "[app]", "value"], False),
        (["[token]", "mountPath"], False),
    ],
)
def test_names_leaf(path: list[str], expected: bool) -> None:
    steps = [PathStep(step.strip("[]") if step.startswith("[") else step, step.startswith("[")) for step in path]
    assert SECRETS.names_leaf(steps) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jdbc:postgresql://host/db", "jdbc:postgresql://host/db"),
        ("jdbc:postgresql://me:p@ss@host/db", "jdbc:postgresql://me:(sensitive)@host/db"),
        ("jdbc:postgresql://host/db?user=me&password=x;y=z", "jdbc:postgresql://host/db?user=me&password=(sensitive);y=z"),
        ("jdbc:postgresql://me:${pw}@host/db?password=${pw}", "jdbc:postgresql://me:${pw}@host/db?password=${pw}"),
        ('Login required username="u" password="p w";', 'Login required username="u" password=(sensitive);'),
        ("A=b,DB_PASSWORD='x,y'", "A=b,DB_PASSWORD=(sensitive)"),
        ('{"apiKey": "abc", "n": 1}', '{"apiKey": (sensitive), "n": 1}'),
        (r'{"cfg":"{\"password\":\"hunter2\",\"n\":1}"}', r'{"cfg":"{\"password\":(sensitive),\"n\":1}"}'),
        (r'password=\"a b\" x', "password=(sensitive) x"),
        ("password: 'it''s' x", "password: (sensitive) x"),
        ("password='never closed", "password=(sensitive)"),
        ("h/db?password=hun'ter2&x=y", "h/db?password=(sensitive)&x=y"),
        ("https://us/er:hunter3@h/x", "https://us/er:(sensitive)@h/x"),
        ("Authorization: Bearer abc.DEF-123~x/y+z==, next", "Authorization: Bearer (sensitive), next"),
        ("jdbc:oracle:thin:joe/open@sesame@//h/x", "jdbc:oracle:thin:joe/(sensitive)@//h/x"),
        ("jdbc:oracle:thin:@//h/x", "jdbc:oracle:thin:@//h/x"),
        ("run --db-password open --user u", "run --db-password (sensitive) --user u"),
        ('["--token", "open", "--user", "u"]', '["--token", (sensitive), "--user", "u"]'),
        ("- --token\n- open\n- --user", "- --token\n- (sensitive)\n- --user"),
        ("--no-password --token ${TOKEN} --password", "--no-password --token ${TOKEN} --password"),
        ("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2ln-_ ends", "token (sensitive) ends"),
        ("Bearer of news, eyJ and eyJhbG.x", "Bearer of news, eyJ and eyJhbG.x"),
    ],
)  # fmt: skip
def test_redact(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "passwords"),
    [
        ("Authorization: Bearer BearerToken1", ["BearerToken1"]),
        ("a eyJhbGci.eyJzdWIi.c2ln b", ["eyJhbGci.eyJzdWIi.c2ln"]),
        ("jdbc:oracle:thin:joe/open@h", ["open"]),
        ("--password open --token='closed'", ["open", "closed"]),
        ("jdbc:x://u:open@h", ["open"]),
    ],
)
def test_what_is_redacted_is_a_password_in_the_text(text: str, passwords: list[str]) -> None:
    assert passwords_in(text) == passwords
    assert [password for password in passwords if password in redact(text)] == []


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("kubernetes.additionalContainers", "[{name: a, args: ['--token', open]}]", ["open"]),
        ("kubernetes.additionalContainers", "[{args: [--use-token, --verbose, --token, '${t}', b]}]", []),
        ("kubernetes.additionalContainers", "[{args: [--user, me, -v, '--password=open']}]", ["open"]),
        ("kubernetes.volumes", "[{name: x, secret: {secretName: my-certs}}]", []),
        ("kubernetes.volumes", "[{name: '${x}', password: open", ["[{name: '${x}', password: open", "open"]),
    ],
)
def test_of_a_structure_each_part_is_judged(key: str, text: str, expected: list[str]) -> None:
    assert list(SECRETS.secrets_in(identify(Section.DEPLOYER, key), text)) == expected


def test_redact_hides_the_longest_secret_first() -> None:
    assert redact("x hunter22 y hunter2", ["hunter2", "hunter22", ""]) == "x (sensitive) y (sensitive)"


def test_redact_with_another_mark() -> None:
    shown = redact("(sensitive) (gone) x hunter2 https://me:pw@h gone", ["hunter2", "gone"], mark="(gone)")
    assert shown == "(sensitive) (gone) x (gone) https://me:(gone)@h (gone)"


def test_a_text_of_more_addresses_than_can_be_searched_is_hidden_as_a_whole() -> None:
    searched, hidden = "://me:pw@h " * 10_000, "://me:pw@h " * 10_001
    assert (redact(searched), redact(hidden)) == ("://me:(sensitive)@h " * 10_000, "(sensitive)")
    assert (passwords_in(searched), passwords_in(hidden)) == (["pw"] * 10_000, [hidden])


def test_a_secret_is_not_looked_for_in_masks_nor_where_it_says_nothing() -> None:
    shown = redact("sensitive: it sits here", ["sensitive", "sit", "it", "s"])
    assert shown == "(sensitive): it (sensitive)s here"


def test_a_placeholder_is_the_whole_text() -> None:
    assert [is_placeholder("${a}"), is_placeholder("${a}x"), is_placeholder("${a}${b}")] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", True),
        ("500", True),
        ("-1.5", True),
        ("512Mi", True),
        ("RUNING", True),
        ("live-segmnt", True),
        ("PT5M", True),
        ("P1DT2H", True),
        ("8080,9090", True),
        ("~", True),
        ("sandbox:", True),
        ("https://api.example.com:8443/", True),
        ("http://127.0.0.1:8080", True),
        ("${DB_PASSWORD}", True),
        ("${{ secrets.X }}", True),
        ("hunter2", False),
        ("correcthorsebatterystaple", False),
        ("Zq4xeRD2hg8y", False),
        ("012345678901234567", False),
        ("https://me:tell@api.example.com", False),
        ("https://api.example.com/hook/T0K3N", False),
        ("${DB_PASSWORD", False),
        ("a b c d", False),
        ("word\nword", False),
    ],
)
def test_what_a_message_about_a_mistake_may_quote(text: str, plain: bool) -> None:
    assert SecretPolicy().may_quote(text) is plain
