"""Checks documents by the published schemas."""

from functools import cache

from jsonschema import Draft202012Validator

from persync.published import schema


def validate(document: object, name: str) -> None:
    """Validate a document by a published schema, as ``jsonschema.validate`` does.

    That checks the schema each time too, which takes many times as long; ``tests/project/test_schemas.py`` checks each.

    Args:
        document: what a JSON document holds.
        name: of the schema, one of ``persync.published.NAMES``.

    Raises:
        jsonschema.ValidationError: the document is not valid.
    """
    _validator(name).validate(document)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))
