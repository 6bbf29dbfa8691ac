from persync.model import Kind
from persync.properties.kinds.table import KINDS


def test_every_kind_has_a_rule() -> None:
    assert list(KINDS) == list(Kind)
