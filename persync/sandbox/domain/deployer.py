"""What is refused when a persister is deployed. Pure.

A START passes the config to Skipper, which writes each value between double quotes into a YAML document, and from there
to the Kubernetes deployer, which reads its properties one by one. Both refuse what they cannot read, and the START then
fails: nothing is deployed. Sources: Skipper 2.1 (`generic-template.yml`, `ManifestUtils`) and
spring-cloud-deployer-kubernetes 2.0.6, tried with the values in tests/conformance/verdicts.tsv.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

import yaml

from persync.sandbox.domain.config import Config

_PREFIX = "kubernetes."
_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_LOOSE_BACKSLASH = re.compile(r"(?<!\\)\\(?![\\0abtnvfreN_LP\s\"])", re.ASCII)
_QUOTED_VARIABLE = re.compile(r"(?<!\w)(\w+)='.+?',?", re.ASCII)
_VOLUME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?|")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_QUANTITY = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[numk]|Ki|[MGTPE]i?|[eE][+-]?\d+)?", re.ASCII)
_BYTES = re.compile(r"\d+[mMgG]?", re.ASCII)
_WORDS = frozenset({"true", "on", "yes", "1", "false", "off", "no", "0", ""})
_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d{1,3}", re.ASCII)  # a number to SnakeYAML, a text to PyYAML
_BLANKS = "".join(map(chr, range(0x21)))
# The fields of structures that are no texts; a name means the same wherever it is.
_BITS = {
    **dict.fromkeys(("defaultmode", "mode", "lun", "partition"), 31),
    **dict.fromkeys(("tolerationseconds", "runasuser", "fsgroup"), 63),
}
_BOOLEANS = frozenset({"readonly", "optional", "sslenabled", "chapauthdiscovery", "chapauthsession"})
_QUANTITIES = frozenset({"sizelimit", "divisor"})


class RefusedError(Exception):
    """Skipper or the deployer refuses the config; the message gives the property and the reason, and no value."""


def check(config: Config) -> None:
    """Check the config that a START deploys. A text with a placeholder of Spring is not read: its value is not known.

    Raises:
        RefusedError: the deployment fails.
    """
    app, deployer = (
        {key: _through_skipper(key, str(text)) for key, text in config.maps.get(name, {}).items()}
        for name in ("appConfig", "deployerConfig")
    )
    for key, text in deployer.items():
        reader = None if "${" in text else _reader_of(key, deployer)
        if reader:
            try:
                reader(text)
            except (ValueError, yaml.YAMLError, RecursionError):
                raise RefusedError(f"Invalid value of property '{key}'") from None
    if {_PREFIX + "createLoadBalancer", _PREFIX + "createNodePort"} <= deployer.keys():
        raise RefusedError("Cannot create NodePort and LoadBalancer at the same time")
    if "server.port" in app and not _INTEGER.fullmatch(app["server.port"]):
        raise RefusedError("Invalid value of property 'server.port'")


def _through_skipper(key: str, text: str) -> str:
    """Return what the deployer receives."""
    if _PLAIN.fullmatch(text):
        return text
    escaped = _LOOSE_BACKSLASH.sub(r"\\\\", text)
    try:
        received = yaml.safe_load(f'"key": "{escaped}"\n')
    except yaml.YAMLError:
        received = None
    if not isinstance(received, dict) or list(received) != ["key"] or not isinstance(received["key"], str):
        raise RefusedError(f"Skipper cannot read the manifest with property '{key}'")
    return received["key"]


def _reader_of(key: str, deployer: Mapping[str, str]) -> Callable[[str], object] | None:
    """Return what reads the property of that key, if it is read and can be refused."""
    name = key.removeprefix(_PREFIX)
    if name == key:
        return _integer if key == "count" else None
    if name.startswith("statefulSet."):
        indexed = deployer.get("indexed", "").lower() == "true"
        return _bytes if indexed and name.endswith(".storage") else None
    if re.fullmatch(r"(liveness|readiness)Probe(Delay|Period|Timeout|Port)", name):
        return _integer
    return _READERS.get(name)


def _integer(text: str) -> None:
    _require(_INTEGER.fullmatch(text) and -(2**31) <= int(text) < 2**31)


def _quantity(text: str) -> None:
    _require(not text or _QUANTITY.fullmatch(text))


def _bytes(text: str) -> None:
    _require(_BYTES.fullmatch(text.strip()))


def _node_port(text: str) -> None:
    if text.lower() != "true":
        _integer(text)


def _command(text: str) -> None:
    for quote in ("'", '"'):
        text = re.sub(f"{quote}[^{quote}]*{quote}", "", text)
    _require(not {*"'\""} & {*text})


def _variables(text: str) -> None:
    """`NestedCommaDelimitedVariableParser`: the quoted entries are taken out, and the rest is split."""
    plain = _split(_QUOTED_VARIABLE.sub("", text), ",")
    _require(all("=" in item for item in plain))
    names = [item.partition("=")[0] for item in plain] + [match[1] for match in _QUOTED_VARIABLE.finditer(text)]
    _require(all(map(_VARIABLE.fullmatch, names)))


def _annotations(text: str) -> None:
    _require(not text.strip() or all(":" in item for item in _split(text, ",")))


def _labels(text: str) -> None:
    _require(not text.strip() or all(len(_split(item, ":")) == 2 for item in _split(text, ",")))  # noqa: PLR2004 - key and value


def _ports(text: str) -> None:
    for item in _split(text, ","):
        _integer(item.strip())


def _split(text: str, separator: str) -> list[str]:
    """Split as Java does: without the empty items at the end, but a text without a separator stays."""
    items = text.split(separator)
    while len(items) > 1 and not items[-1]:
        items.pop()
    return [] if items == [""] and text else items


def _require(condition: object) -> None:
    if not condition:
        raise ValueError


class _Structure:
    """Reads YAML in flow style, and binds it to a class with these fields, or to a list of it."""

    def __init__(self, fields: str, *, is_list: bool = True, of_maps: bool = False) -> None:
        """Read these fields; of the items of `of_maps`, all fields but the name are maps."""
        self._maps = of_maps
        self._fields = {_relaxed(field) for field in fields.split()}
        self._is_list = is_list

    def __call__(self, text: str) -> None:
        if not text or (not self._is_list and not text.strip()):
            return
        node = yaml.compose(f"{{ x: {text} }}", Loader=yaml.SafeLoader)
        if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
            raise ValueError
        value = _content(node.value[0][1])
        if not self._is_list:
            self._bind(value)
        elif isinstance(value, list) and value:
            while len(value) > 1 and _is_empty(value[-1]):  # which leaves no trace; one before others leaves a gap
                value.pop()
            for item in value:
                self._bind(item)
        else:
            _require(value in (None, "", []))

    def _bind(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ValueError  # noqa: TRY004 - a value of the config
        known = {_relaxed(key): below for key, below in value.items() if _relaxed(key) in self._fields}
        _require(any([_is_set(key, below) for key, below in known.items()]))  # noqa: C419 - each is checked
        if self._maps:
            _require(all(key == "name" or isinstance(below, dict) for key, below in known.items()))
            _require("name" not in known or _VOLUME.fullmatch(str(known["name"] or "")))


def _content(node: yaml.Node) -> object:
    """Return what a node holds; a key that is twice in a map is refused."""
    if isinstance(node, yaml.SequenceNode):
        return [_content(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        own = {key.value: _content(below) for key, below in node.value if key.tag.endswith(":str")}
        merged = [_content(below) for key, below in node.value if key.tag.endswith(":merge")]
        _require(len(own) + len(merged) == len(node.value))  # a key is twice in the map, or no text
        for each in merged:
            own = {**each, **own} if isinstance(each, dict) else own
        return own
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - for the type checker: there is no fourth class of nodes
    _require(node.style or "?" not in node.value)  # SnakeYAML takes it for the beginning of a key
    # an integer's text may have millions of digits
    _require(len(node.value) <= 4300 or node.tag.endswith(":str"))  # noqa: PLR2004 - Python's own limit
    if _EXPONENT.fullmatch(node.value) and not node.style:
        return float(node.value)
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()


def _is_empty(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_empty, value.values()))


def _is_set(field: str, value: object) -> bool:
    """Return whether a field gets a value; raise where it cannot be converted."""
    if isinstance(value, dict):
        found = [_is_set(_relaxed(key), below) for key, below in value.items()]
        return any(found)
    if isinstance(value, list):
        found = [_is_set(field, item) for item in value]
        return any(found)
    if field in _BITS or field in _BOOLEANS:
        if value is None or (isinstance(value, str) and not value.strip(_BLANKS)):
            return False
        _require(_is_number(value, _BITS[field]) if field in _BITS else _is_boolean(value))
    if field in _QUANTITIES:
        _require(isinstance(value, str))
    if field == "envvarname":
        _require(_VARIABLE.fullmatch("" if value is None else str(value)))
    return True


def _is_number(value: object, bits: int) -> bool:
    if isinstance(value, str):
        text = "".join(value.split())
        if not _INTEGER.fullmatch(text):
            return re.fullmatch(r"[+-]?(?:0[xX]|#)[0-9a-fA-F]{1,8}", text) is not None
        value = int(text)
    if isinstance(value, date):
        return bits > 32  # noqa: PLR2004 - in milliseconds
    return isinstance(value, int | float) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value.strip(_BLANKS).lower() in _WORDS)


def _relaxed(key: str) -> str:
    return re.sub("[^a-z0-9]", "", key.lower())


_READERS: Mapping[str, Callable[[str], object]] = {
    "bootMajorVersion": _integer,
    "containerCommand": _command,
    "containerPorts": _ports,
    "createNodePort": _node_port,
    "environmentVariables": _variables,
    "podAnnotations": _annotations,
    "serviceAnnotations": _annotations,
    "deploymentLabels": _labels,
    "deployment.nodeSelector": _labels,
    "limits.cpu": _quantity,
    "limits.memory": _quantity,
    "requests.cpu": _quantity,
    "requests.memory": _quantity,
    "volumes": _Structure(
        "name awsElasticBlockStore azureDisk azureFile cephfs cinder configMap downwardAPI emptyDir fc flexVolume"
        " flocker gcePersistentDisk gitRepo glusterfs hostPath iscsi nfs persistentVolumeClaim photonPersistentDisk"
        " portworxVolume projected quobyte rbd scaleIO secret storageos vsphereVolume",
        of_maps=True,
    ),
    "volumeMounts": _Structure("name mountPath subPath readOnly mountPropagation"),
    "tolerations": _Structure("key operator value effect tolerationSeconds"),
    "probeCredentialsSecret": _require,
    "secretKeyRefs": _Structure("envVarName secretName dataKey"),
    "configMapKeyRefs": _Structure("envVarName configMapName dataKey"),
    "podSecurityContext": _Structure("runAsUser fsGroup", is_list=False),
}
