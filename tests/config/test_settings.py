from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.config.files import shown_from
from persync.config.settings import Environment, Settings, find_settings, load_settings
from persync.credentials import BearerToken, ClientCredentials, PasswordGrant
from persync.errors import ConfigError, InvalidConfig
from persync.projects import Projects
from persync.properties.secrets import SecretPolicy
from persync.safety import Amount, Limit

from .strategies import almost_documents


def load(folder: Path, text: str | bytes) -> Settings:
    path = folder / "persync.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings(path, shown_from(folder))


def as_plain(value: Any) -> Any:
    """Return a settings class as a map; a policy, which has a lock, as it is."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, SecretPolicy | type) else value


def test_a_url_takes_no_secret(tmp_path: Path) -> None:
    settings = load(tmp_path, "version: 1\nenvironments: {e: {url: 'https://h/${{ secret.X }}'}}")
    with pytest.raises(InvalidConfig) as raised:
        settings.environment("e", {"X": "hunter2"})
    assert [(found.message, found.reason) for found in raised.value.findings] == [
        ("secret cannot be used in ${{ }} here", "this text is shown in plans, reports and messages")
    ]


def findings_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(InvalidConfig) as raised:
        load(folder, text)
    return [f"{found.span.line}:{found.span.column} {found.rule}: {found.message}" for found in raised.value.findings]


def test_the_nearest_file_above_is_found(tmp_path: Path) -> None:
    (tmp_path / "persync.yaml").touch()
    (tmp_path / "a/b").mkdir(parents=True)
    assert find_settings(tmp_path / "a/b") == tmp_path / "persync.yaml"
    assert find_settings(tmp_path) == tmp_path / "persync.yaml"


def test_where_there_is_none_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no persync\.yaml in") as raised:
        find_settings(tmp_path)
    assert raised.value.hint.endswith("or make one with 'persync init'")


def test_a_file_with_a_name_that_is_almost_right(tmp_path: Path) -> None:
    (tmp_path / "persync.yml").touch()
    with pytest.raises(ConfigError, match=r"no persync\.yaml in") as raised:
        find_settings(tmp_path)
    assert raised.value.hint == f"rename {tmp_path / 'persync.yml'} to persync.yaml"


def test_a_link_that_leads_nowhere_hides_no_settings_above(tmp_path: Path) -> None:
    load(tmp_path, "version: 1\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/persync.yaml").symlink_to("gone.yaml")
    with pytest.raises(ConfigError, match="cannot be read: the link leads nowhere"):
        load_settings(find_settings(tmp_path / "a"))


def test_known_properties(tmp_path: Path) -> None:
    settings = load(tmp_path, "version: 1\nknownProperties: [appConfig.eventstore.tablName]\n")
    assert settings.known_properties == ("appConfig.eventstore.tablName",)
    assert findings_of(tmp_path, "version: 1\nknownProperties: [eventstore.tablName]\n") == [
        "2:19 invalid-value: knownProperties[0] must be a property with its section,"
        " such as appConfig.eventstore.batchSizes"
    ]


def test_the_least_settings(tmp_path: Path) -> None:
    found = load(tmp_path, "version: 1\n")
    assert (found.root, found.environments, found.default_environment, found.defaults) == (tmp_path, (), None, None)
    assert [pattern.text for pattern in found.persisters] == ["persisters"]
    with pytest.raises(ConfigError, match="no environment is chosen") as raised:
        found.environment(None, {})
    assert raised.value.hint == "add one under environments"


def test_an_environment(tmp_path: Path) -> None:
    text = """
version: 1
environments:
  dev:
    url: https://harvester.example.com/${{ env.PATH_OF_API }}
    auth: {token: '${{ env.TOKEN }}'}
    overlays: [overlays/dev]
    variables: {size: 1.10, flag: no}
    timeouts: {start: 300, poll: 0.5}
    parallelism: 4
    sensitive: [passphrase]
    safety: {maxRestarts: 20%, maxStops: 3, maxResets: 100%, protect: [web/*]}
    managed: [iot/*]
    projects: {web: web-dev, web/a: 1/a-x7f2}
    tls: {ca: ca.pem, certificate: '${{ env.FOLDER }}', key: c/key.pem}
    proxy: 'http://proxy:3128'
    rollout: {parallelism: 2, canary: [web/a], batch: 25%, maxUnavailable: 3, maxFailures: 2, settle: 1m, pause: prompt}
"""
    environ = {"TOKEN": "t", "PERSYNC_VAR_PATH_OF_API": "v1", "PERSYNC_VAR_FOLDER": "/run/c.pem"}
    environment = load(tmp_path, text).environment(None, environ)
    assert environment.secrets == SecretPolicy(("passphrase",))
    assert {field.name: as_plain(getattr(environment, field.name)) for field in fields(environment)} == {
        "name": "dev",
        "url": "https://harvester.example.com/v1",
        "sandbox_file": None,
        "project_prefix": True,
        "overlays": ("overlays/dev",),
        "variables": {"size": "1.10", "flag": "no"},
        "timeouts": {"connect": 5, "read": 30, "start": 300, "stop": 120, "update": 60, "poll": 0.5},
        "rollout": {
            "parallelism": 2,
            "canary": ("web/a",),
            "batch": Amount(25, is_percent=True),
            "max_unavailable": Amount(3),
            "max_failures": Amount(2),
            "settle": 60,
            "pause": "prompt",
        },
        "parallelism": 4,
        "secrets": environment.secrets,
        "safety": {
            "limits": {
                Limit.RESTARTS: Amount(20, is_percent=True),
                Limit.STOPS: Amount(3),
                Limit.RESETS: Amount(100, is_percent=True),
            },
            "protect": ("web/*",),
        },
        "managed": ("iot/*",),
        "projects": asdict(Projects.of({"web": "web-dev", "web/a": "1/a-x7f2"})),
        "network": {
            "ca": tmp_path / "ca.pem",
            "certificate": Path("/run/c.pem"),
            "key": tmp_path / "c" / "key.pem",
            "proxy": "http://proxy:3128",
            "from_files": ("tls.ca", "proxy"),
        },
    }


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ("{token: '${{ env.X }}'}", BearerToken(token="x")),
        (
            "{tokenUrl: http://id, clientId: c, clientSecret: '${{ secret.X }}'}",
            ClientCredentials(token_url="http://id", client_id="c", client_secret="x"),
        ),
        (
            "{tokenUrl: http://id, username: '${{ env.X }}', password: '${{ secret.X }}'}",
            PasswordGrant(token_url="http://id", username="x", password="x"),
        ),
        (
            "{tokenUrl: http://id, username: u, password: '${{ secret.X }}', clientId: c}",
            PasswordGrant(token_url="http://id", username="u", password="x", client_id="c"),
        ),
        (
            "{tokenUrl: http://id, username: u, password: '${{ env.X }}', clientId: c, clientSecret: '${{ env.X }}'}",
            PasswordGrant(token_url="http://id", username="u", password="x", client_id="c", client_secret="x"),
        ),
    ],
)
def test_ways_to_get_in(tmp_path: Path, auth: str, expected: object) -> None:
    found = load(tmp_path, f"version: 1\nenvironments: {{e: {{url: http://h, auth: {auth}}}}}").auth("e", {"X": "x"})
    assert found == expected
    assert "'x'" not in repr(found).replace("username='x'", "")


def test_choosing_an_environment(tmp_path: Path) -> None:
    found = load(tmp_path, "version: 1\nenvironments: {dev: {url: 'sandbox:'}, production: {url: 'http://p'}}")
    assert (found.environments, found.default_environment) == (("dev", "production"), None)
    assert found.environment("production", {}) == Environment(name="production", url="http://p")
    for name, message, hint in [
        (None, "no environment is chosen", "name one of dev, production, or set defaultEnvironment"),
        ("producton", "there is no environment producton", "did you mean production?"),
        ("x", "there is no environment x", "the environments are dev, production"),
    ]:
        with pytest.raises(ConfigError, match=message) as raised:
            found.environment(name, {})
        assert raised.value.hint == hint
    chosen = load(tmp_path, "version: 1\ndefaultEnvironment: b\nenvironments: {a: {url: http://a}, b: {url: http://b}}")
    assert chosen.environment(None, {}).url == "http://b"


def test_a_missing_variable_harms_only_its_environment(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        "version: 1\nenvironments:\n  a: {url: http://a, auth: {token: '${{ env.A }}'}}\n"
        "  b: {url: http://b, auth: {token: '${{ env.B }}'}}\n",
    )
    assert found.environment("b", {}).url == "http://b"
    assert found.auth("a", {"A": "x"}) == BearerToken(token="x")
    with pytest.raises(InvalidConfig) as raised:
        found.auth("b", {"A": "x"})
    assert [(str(finding.span), finding.message) for finding in raised.value.findings] == [
        ("persync.yaml:4:36", "environment variable B is not set")
    ]


def test_sandboxes(tmp_path: Path) -> None:
    found = load(tmp_path, "version: 1\nenvironments: {a: {url: 'sandbox:'}, b: {url: 'sandbox:box.db'}}")
    one, two = found.environment("a", {}), found.environment("b", {})
    assert (one.is_sandbox, one.sandbox_file) == (True, None)
    assert (two.is_sandbox, two.sandbox_file) == (True, tmp_path / "box.db")


HEAD = "version: 1\nenvironments:\n  e:\n    url: http://h\n"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('version: "1"', "write 1, without quotes"),
        ("version: v1", ""),
        ("version: 1\ndefaults: {state: running}", "did you mean RUNNING?"),
        (HEAD + '    parallelism: "4"', "write 4, without quotes"),
        (HEAD + "    parallelism: many", ""),
        (HEAD + "    timeouts: {read: 30s}", "write 30"),
        (HEAD + "    timeouts: {poll: 500 ms}", "write 0.5"),
        (HEAD + "    rollout: {settle: 5 seconds}", "write 5s"),
        (HEAD + "    overlays: overlays/dev", "write it in brackets, as in [a, b]"),
        ("version: 1\nenvironments: {e: {url: harvester.example.com}}", "begin it with https://"),
        (HEAD + "    projectPrefix: yes", "write true"),
    ],
)
def test_the_hint_has_the_value_to_write(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(InvalidConfig) as raised:
        load(tmp_path, text)
    assert [finding.hint for finding in raised.value.findings] == [hint]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 not-a-map: persync.yaml must hold one map"]),
        ("- a", ["1:1 not-a-map: persync.yaml must hold one map"]),
        ("version: 1\n---\nversion: 1", ["1:1 not-a-map: persync.yaml must hold one map"]),
        ("{}", ["1:1 missing-field: the document lacks the field version"]),
        ("version: 2", ["1:10 invalid-value: version must be 1"]),
        ("version: 1\nsafety: {}", ["2:1 unknown-field: unknown field safety"]),
        ("version: 1\npersisters: []", ["2:13 invalid-value: persisters must not be empty"]),
        ("version: 1\npersisters: [a, a]", ["2:13 invalid-value: persisters names something twice"]),
        ('version: 1\npersisters: ["a\\0"]', ["2:14 invalid-value: persisters[0] must be a path"]),
        ("version: 1\npersisters: x", ['2:13 wrong-type: persisters must be a list, not the text "x"']),
        ("version: 1\ndefaults: {eventType: a}", ["2:12 unknown-field: unknown field eventType"]),
        ("version: 1\ndefaults: {state: UP}", ["2:19 invalid-value: state must be one of RUNNING, STOPPED"]),
        ("version: 1\ndefaultEnvironment: x", ["2:21 unknown-environment: there is no environment x"]),
        (
            "version: 1\nenvironments: {'a b': {url: http://h}}",
            ["2:16 invalid-value: environments must be named with at most 64 letters, digits, '_', '.' and '-'"],
        ),
        ("version: 1\nenvironments: {e: {}}", ["2:19 missing-field: e lacks the field url"]),
        (
            "version: 1\nenvironments: {e: {url: ftp://h}}",
            ["2:25 invalid-value: url must be http://…, https://…, sandbox: or sandbox:FILE"],
        ),
        (HEAD + "    parallelism: many", ['5:18 wrong-type: parallelism must be a whole number, not the text "many"']),
        (HEAD + "    parallelism: 0", ["5:18 invalid-value: parallelism must be at least 1"]),
        (HEAD + "    timeouts: {read: 0}", ["5:22 invalid-value: read must be more than 0"]),
        (HEAD + "    timeouts: {read: 1e9}", ["5:22 invalid-value: read must be at most 86400"]),
        (
            HEAD + "    timeouts: {read: true, stop: ~, start: '5'}",
            [
                "5:22 wrong-type: read must be a number, not true",
                "5:34 wrong-type: stop must be a number, not null",
                '5:44 wrong-type: start must be a number, not the text "5"',
            ],
        ),
        (
            HEAD + "    rollout: {settle: soon}",
            [
                "5:23 invalid-value: settle must be a number of seconds, or a number with a unit,"
                " such as 500ms, 5s or 2m"
            ],
        ),
        (HEAD + "    rollout: {settle: -1}", ["5:23 invalid-value: settle must be at least 0"]),
        (HEAD + "    rollout: {settle: [1]}", ["5:23 wrong-type: settle must be a number or a text, not a list"]),
        (
            HEAD + "    sensitive: ['(']",
            ["5:17 invalid-regex: this is not a regular expression: missing ) at position 1"],
        ),
        (
            HEAD + "    variables: {a: '${{ env.X }}'}",
            ["5:20 nested-variable: references in the value of a variable are not replaced"],
        ),
        (
            HEAD + "    auth: {}",
            [
                "5:11 invalid-value: auth must be token; or command; or tokenUrl, clientId and clientSecret; "
                "or tokenUrl, username, password and perhaps clientId and clientSecret"
            ],
        ),
        (HEAD + "    auth: {token: hunter2}", ["5:19 literal-secret: token is in plain text"]),
        (
            "version: 1\nenvironments: {e: {url: 'http://a:b@h'}}",
            ["2:25 literal-secret: this address contains a user or a password"],
        ),
        ("version: 1\nversion: 1", ["2:1 duplicate-key: key version is defined twice; first at persync.yaml:1:1"]),
        ("version: [", ["1:11 yaml-syntax: a value is missing here, or a bracket is not closed"]),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert findings_of(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("0", 0), ("7", 7), ("0.5", 0.5), ("500ms", 0.5), ("5s", 5), ("1.5m", 90), ("2h", 7200), ("'30s'", 30)],
)
def test_a_duration(tmp_path: Path, written: str, seconds: float) -> None:
    settings = load(tmp_path, HEAD + f"    rollout: {{settle: {written}}}")
    assert settings.environment("e", {}).rollout.settle == seconds


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"persync\.yaml cannot be read: No such file or directory"):
        load_settings(tmp_path / "persync.yaml")


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("/a", "/a/b/c", "b/c"),
        ("/a", "/ab/c", "/ab/c"),
        ("/", "/a", "a"),
        ("/a", "/a/x\udcff", "x\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_how_paths_are_shown(base: str, path: str, expected: str) -> None:
    assert shown_from(Path(base))(Path(path)) == expected


_fragments = st.sampled_from(
    [
        "version: 1\n",
        "environments:\n",
        "  e:\n",
        "    url: http://h\n",
        "    auth: {token: x}\n",
        "    auth: {tokenUrl: [], password: {}}\n",
        "    sensitive: ['(', 1]\n",
        "    variables: [a]\n",
        "defaults: {appConfig: []}\n",
        "persisters:\n",
        "- a\n",
        "999999999999999999999999\n",
        "environments: {e: {url: }}\n",
        ".nan",
    ]
)


@given(st.lists(_fragments, max_size=8).map("".join).map(str.encode) | almost_documents)
def test_any_bytes_are_settings_or_findings(tmp_path: Path, data: bytes) -> None:
    try:
        assert isinstance(load(tmp_path, data), Settings)
    except InvalidConfig as failure:
        assert failure.findings  # noqa: PT017 - either outcome is fine


@pytest.mark.parametrize("field", ["tokenUrl", "clientId"])
def test_what_auth_shows_takes_offered_variables_only(tmp_path: Path, field: str) -> None:
    fields = {"tokenUrl": "https://id", "clientId": "ci", "clientSecret": "${{ env.S }}", field: "https://${{ env.X }}"}
    settings_ = load(tmp_path, f"version: 1\nenvironments: {{a: {{url: 'http://a', auth: {json.dumps(fields)}}}}}\n")
    with pytest.raises(InvalidConfig) as raised:
        settings_.auth("a", {"S": "s", "X": "x"})
    assert [finding.rule for finding in raised.value.findings] == ["shown-variable"]
    assert settings_.auth("a", {"S": "s", "PERSYNC_VAR_X": "x"}) is not None
