import pytest

from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.paths import GlobProblem, covers_key, glob_covers_version, glob_problem, literal_key
from persync.properties.values import is_masked, may_be

_MEMORY = (Section.DEPLOYER, "kubernetes.limits.memory")
_POLL = (Section.APP, "spring.cloud.stream.kafka.binder.configuration.max.Poll")


@pytest.mark.parametrize(
    ("glob", "property_", "expected"),
    [
        ("deployerConfig.kubernetes.limits.memory", _MEMORY, True),
        ("deployer-config.KUBERNETES.LIMITS.memory", _MEMORY, True),
        ("deployerConfig.kubernetes.limits.*", _MEMORY, True),
        ("deployerConfig.kubernetes.*.mem*", _MEMORY, True),
        ("deployerConfig.kubernetes.*", _MEMORY, False),
        ("deployerConfig.kubernetes.limits", _MEMORY, False),
        ("deployerConfig.kubernetes.limits.memory.*", _MEMORY, False),
        ("appConfig.kubernetes.limits.memory", _MEMORY, False),
        ("deployerConfig.**", _MEMORY, True),
        ("deployerConfig.**.memory", _MEMORY, True),
        ("deployerConfig.**.kubernetes.**.limits.memory.**", _MEMORY, True),
        ("**.memory", _MEMORY, True),
        ("*.kubernetes.limits.memory", _MEMORY, True),
        ("**", _MEMORY, True),
        ("*", _MEMORY, False),
        ("**.cpu", _MEMORY, False),
        # the user's own keys, too, in every spelling
        ("appConfig.spring.cloud.stream.kafka.binder.configuration.max.poll", _POLL, True),
        ("appConfig.spring.cloud.stream.kafka.binder.configuration.**", _POLL, True),
        ("appConfig.my.list[*].name", (Section.APP, "my.list[12].name"), True),
        ("appConfig.my.list[1].name", (Section.APP, "my.list[12].name"), False),
        ("appConfig.my.map[a.b].*", (Section.APP, "my.map[a.b].c"), True),
        ("appConfig.my.m?p", (Section.APP, "my.map"), False),
    ],
)
def test_what_a_glob_covers(glob: str, property_: tuple[Section, str], expected: bool) -> None:
    assert glob_problem(glob) is None
    assert covers_key(glob, identify(*property_)) is expected


@pytest.mark.parametrize(
    ("glob", "expected"),
    [("appVersion", True), ("app-version", True), ("app*", True), ("**", True), ("*", True), ("appConfig.**", False)],
)
def test_what_covers_the_version(glob: str, expected: bool) -> None:
    assert (glob_problem(glob), glob_covers_version(glob)) == (None, expected)


def test_no_glob_takes_long() -> None:
    glob = "appConfig." + "**.a." * 60 + "b"
    assert not covers_key(glob, identify(Section.APP, ".".join("a" * 240)))


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("deployer-config.kubernetes.limits.memory", _MEMORY),
        ("deployerConfig.kubernetes.limits.*", None),
        ("appVersion", None),
        ("**", None),
    ],
)
def test_the_only_property_of_a_glob(glob: str, expected: tuple[Section, str] | None) -> None:
    assert literal_key(glob) == (identify(*expected) if expected else None)


_PATH = "write the path of a property, such as appConfig.eventstore.batchSize"


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("", ("has an empty element or a bracket that is not closed", "write SECTION.KEY")),
        ("appConfig..x", ("has an empty element or a bracket that is not closed", "write SECTION.KEY")),
        ("appConfig.my.list[1", ("has an empty element or a bracket that is not closed", "write SECTION.KEY")),
        ("appConfig.--", ("has an element without a letter or a digit", "write SECTION.KEY")),
        ("appConfig.a**", ("has ** beside other text", "write ** as an element of its own, or * within one")),
        ("appConfig.${{ vars.x }}", ("holds a reference", _PATH)),
        ("appConfig." + "a" * 500, ("is longer than 500 characters", _PATH)),
        ("appConfig", ("is a section and no property", "write appConfig.** for all of it")),
        ("state", ("is no property", "leave out state: then the run state is left alone")),
        ("eventType", ("names a persister and is no property", "remove it")),
        ("appVersion.x", ("has nothing below it", "write appVersion")),
        (
            "appConfg.x",
            ("does not begin with appConfig, deployerConfig, config or appVersion", "did you mean appConfig?"),
        ),
        (
            "eventstore.batchSize",
            (
                "does not begin with appConfig, deployerConfig, config or appVersion",
                "write appConfig.eventstore.batchSize or deployerConfig.eventstore.batchSize",
            ),
        ),
        (
            "deployer-config.kubernetes.volumes[db].secret.*",
            (
                "names a part of kubernetes.volumes, and a property is ignored as a whole",
                "write deployer-config.kubernetes.volumes",
            ),
        ),
        (
            "deployerConfig.kubernetes.podAnnotations.owner",
            (
                "names a part of kubernetes.podAnnotations, and a property is ignored as a whole",
                "write deployerConfig.kubernetes.podAnnotations",
            ),
        ),
    ],
)
def test_what_is_no_glob(glob: str, expected: tuple[str, str]) -> None:
    assert glob_problem(glob) == GlobProblem(*expected)


@pytest.mark.parametrize(
    ("shown", "text", "expected"),
    [
        ("******", "hunter2", True),
        ("***", "", True),
        ("jdbc:postgresql://u:******@db/x", "jdbc:postgresql://u:pw@db/x", True),
        ("jdbc:postgresql://u:******@db/x", "jdbc:postgresql://u:pw@other/x", False),
        ("a***b***c", "a1b2c", True),
        ("a***b***c", "acb", False),
        ("ab***ba", "aba", False),
        ("AKIA****1234", "AKIAXXXX1234", True),
        ("AKIA****1234", "AKIAXXXX9999", False),
    ],
)
def test_what_a_mask_may_hide(shown: str, text: str, expected: bool) -> None:
    assert (is_masked(shown), may_be(shown, text)) == (True, expected)


@pytest.mark.parametrize("text", ["", "0 0 * * *", "**/x", "a**b"])
def test_what_is_no_mask(text: str) -> None:
    assert not is_masked(text)
