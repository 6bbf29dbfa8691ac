"""Strategies for hypothesis, in one place."""

from __future__ import annotations

from hypothesis import strategies as st

# Letters and digits of ASCII, and what YAML, Spring and persync treat in a special way.
values = st.text(alphabet="ab01 -_.:,'\"#&*!|>%@`?{}[]$\\~=\n\té\N{GRINNING FACE}", max_size=12)

_element = st.from_regex(r"[a-z][a-zA-Z0-9-]{0,6}", fullmatch=True)
# Below a prefix that the catalogue does not know, so that every key is plain text.
dotted_keys = st.lists(_element, min_size=1, max_size=4).map(lambda elements: ".".join(["my", *elements]))

_fragments = st.sampled_from(
    [
        "eventType: a\n",
        "appConfig:\n",
        "deployerConfig: ",
        "  a.b: c\n",
        "kubernetes: {volumes: [{name: a}]}\n",
        "---\n",
        "- ",
        "? ",
        "[",
        "{",
        "}",
        "]",
        "&a ",
        "*a",
        "<<: ",
        "!x ",
        "'",
        '"',
        "\t",
        " " * 65,
        "\r\n",
        "null",
        "~",
        "${{",
        "}}",
        "${{ vars.x }}",
        "state: RUNNING\n",
        "project: 'a'\n",
        ": ",
        "# c\n",
        "|\n",
        "\x00",
        "\ufeff",
        "config: {}\n",
        "a:",
    ]
)
almost_documents = st.lists(_fragments, max_size=14).map(lambda parts: "".join(parts).encode())
