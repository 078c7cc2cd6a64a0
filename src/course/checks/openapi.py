"""What an app's OpenAPI document says, for check authors."""

from collections.abc import Mapping

from course.grading.channel import Json


def resolved(schema: Mapping[str, Json], document: Mapping[str, Json]) -> dict[str, Json]:
    """A schema without its references: where it names another one, that one, and what stands beside the name.

    Pydantic publishes a `type` alias as a component, and says `$ref` with the default beside it, or `allOf` around it.
    """
    beside = dict(schema)
    inner = beside.pop("allOf", [])
    name = beside.pop("$ref", "").rpartition("/")[2]
    named = [document["components"]["schemas"][name]] if name else []
    found: dict[str, Json] = {}
    for one in (*named, *inner):
        found |= resolved(one, document)
    return found | beside
