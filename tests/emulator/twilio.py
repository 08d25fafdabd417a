"""Twilio's OpenAPI description of TaskRouter, for the tests that find its file."""

import re
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, FormatChecker

# Twilio's file is read where it is and never copied.
FILE = Path(__file__).parents[3] / "shared" / "reference" / "twilio_taskrouter_v1.yaml"
formats = FormatChecker(())


@formats.checks("date-time")
def _is_twilios_date(value):
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) is not None


@formats.checks("uri")
def _is_absolute_or_unset(value):
    return not isinstance(value, str) or value == "" or value.startswith(("http://", "https://"))


class Description:
    """Operations by name, with JSON Schemas that say ``null`` in today's way and know all their properties."""

    def __init__(self, document):
        self.document = document
        self.schemas = {name: self._modern(each) for name, each in document["components"]["schemas"].items()}
        self.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in {"get", "post", "delete"}
        }

    def _modern(self, schema):
        if isinstance(schema, list):
            return [self._modern(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        modern = {key: self._modern(each) for key, each in schema.items() if key not in {"nullable", "example"}}
        if schema.get("nullable") and "type" in modern:
            modern["type"] = [modern["type"], "null"]
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            # Stricter than the description, which requires nothing: nothing missing, nothing invented.
            modern |= {"additionalProperties": False, "required": list(schema["properties"])}
        return modern

    def check(self, operation, answer):
        """The answer has a status that the operation declares, and that status's body."""
        responses = self.operations[operation][2]["responses"]
        assert str(answer.status) in responses, f"{operation} answered {answer.status}: {answer.json}"
        content = responses[str(answer.status)].get("content")
        if not content:
            assert answer.json is None
            return
        schema = self._modern(content["application/json"]["schema"])
        document = {**schema, "components": {"schemas": self.schemas}}
        errors = list(Draft202012Validator(document, format_checker=formats).iter_errors(answer.json))
        assert not errors, f"{operation}: {errors[0].json_path}: {errors[0].message}"

    def parameters(self, operation):
        """What the operation takes: ``(where, name, schema)``, where being query, header or form; and what it needs."""
        described = self.operations[operation][2]
        found = [
            (each["in"], each["name"], each["schema"])
            for each in described.get("parameters", ())
            if each["in"] != "path"
        ]
        for content in described.get("requestBody", {}).get("content", {}).values():
            found += [("form", name, schema) for name, schema in content["schema"].get("properties", {}).items()]
        return [(where, name, self._resolved(schema)) for where, name, schema in found]

    def _resolved(self, schema):
        reference = schema.get("$ref")
        return self.schemas[reference.rpartition("/")[2]] if reference else schema


def read_description():
    return Description(yaml.load(FILE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
