"""``/docs``: the interface's description as a page that needs nothing from elsewhere, made from ``/openapi.json``."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.responses import HTMLResponse

# The page's own style and nothing else: no script, no picture, no font, from nowhere.
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_TEMPLATES: Final = Environment(
    loader=PackageLoader("flexsim.workforce.api", "."), autoescape=select_autoescape(default=True)
)


def routes(app: FastAPI) -> APIRouter:
    """The page, of this application."""
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()), headers={"content-security-policy": _POLICY})

    return router


def page(description: dict[str, Any]) -> str:
    """The description (OpenAPI) as HTML."""
    schemas = description["components"]["schemas"]
    operations = [
        {"method": method.upper(), "path": path, "id": f"{method}-{path}", **found, **_parts(found)}
        for path, methods in description["paths"].items()
        for method, found in methods.items()
    ]
    return _TEMPLATES.get_template("docs.html.j2").render(
        info=description["info"], operations=operations, schemas=schemas, type_of=type_of, told=told
    )


def told(text: str | None) -> str:
    """A description's first line, without the marks of code."""
    return (text or "").partition("\n")[0].replace("`", "")


def _parts(operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answers = [
        {"status": status, "description": found["description"], "type": _answer_type(found)}
        for status, found in sorted(operation["responses"].items())
    ]
    return {"body": None if body is None else type_of(body), "answers": answers}


def _answer_type(answer: dict[str, Any]) -> str:
    content = answer.get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return type_of(schema) if schema else ", ".join(content)


def type_of(schema: dict[str, Any]) -> str:
    """A schema in a word or a few: ``list of Message``, ``string or null``; the names of those that have one."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(type_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
