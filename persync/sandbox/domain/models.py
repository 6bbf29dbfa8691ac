"""The base of everything that a sandbox.yaml or a body below /sandbox/ may say: camelCase, frozen, nothing unknown."""

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel


class Strict(BaseModel):
    """A frozen model whose fields are written in camelCase and where an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        str_max_length=1_000_000,
    )


def first_problem(error: ValidationError) -> tuple[tuple[str | int, ...], str]:
    """Return where the first problem of `error` is, and one clear sentence about it."""
    problem = error.errors()[0]
    where = ".".join(str(step) for step in problem["loc"])
    what = "unknown field" if problem["type"] == "extra_forbidden" else problem["msg"].removeprefix("Value error, ")
    return problem["loc"], f"{where}: {what}" if where else what
