"""An HTML report as its tests read it, and the plans that it shows."""

from html.parser import HTMLParser

from persync.plan.change import PropertyChange
from persync.plan.plan import PersisterPlan, Plan
from persync.plan.terms import Step
from persync.report.formats.html import HtmlRenderer
from tests import builders
from tests.report.test_text import planned

HTML = HtmlRenderer()
HOSTILE = (
    "<script>alert(1)</script>",
    "</style><style>*{display:none}",
    "--></title></script><img src=x onerror=alert(1)>",
    '"\'`> onfocus=alert(1) autofocus x="',
    "{{ 7 * 7 }}{% raw %}${7}",
    "a\x00b\u202ec\u2066d\ufeff",
    "&lt;b&gt;&amp;",
)
VOID = {"br", "meta", "input", "wbr"}
WITHIN_A_WORD = {"a", "wbr", "i", "mark", "span"}


class Page(HTMLParser):
    """What a page holds; it fails where tags are not nested well."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.raw: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._part(tag)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in {"script", "style"}:
            self.raw[self._open[-1]] = data
        else:
            self.texts.append(data)

    def _part(self, tag: str) -> None:
        if tag not in WITHIN_A_WORD:
            self.texts.append(" ")

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]


def change(path: str, before: str | None = "x", after: str | None = "y", **more: object) -> PropertyChange:
    key, bracket, rest = path.partition("[")
    return builders.change(key, before, after, subpath=bracket + rest, **more)


def plan_of(*persisters: PersisterPlan, **more: object) -> Plan:
    fields = {"environment": "production", "url": "https://h.example.com", "persisters": persisters, "in_sync": 3}
    return Plan.model_validate(fields | more)


def text_of(*changes: PropertyChange) -> str:
    return Page(HTML.plan(plan_of(planned("p", Step.PUT, changes=changes)))).text
