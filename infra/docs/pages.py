"""Pages of the documentation that are made, not written: the README, the changelog, and the reference, from the things themselves."""

import json
import re
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from flexsim.cli.app import COMMANDS, GROUPS, app
from flexsim.settings import Settings

ROOT = Path(__file__).parents[2]
FILES = "files"  # where the site holds what a page leads to and is no page


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """MkDocs asks what there is: beside what is in docs/, this."""
    made = {
        "index.md": _from_the_top("README.md"),
        "changelog.md": _from_the_top("CHANGELOG.md"),
        "security.md": _from_the_top("SECURITY.md"),
        "reference/commands.md": commands(),
        "reference/settings.md": settings(),
        "reference/schemas.md": schemas(),
    }
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    for path in (*_schemas(), *sorted((ROOT / "domain").rglob("*.json")), ROOT / "execution.txt", ROOT / ".env.sample"):
        files.append(
            File.generated(config, f"{FILES}/{path.relative_to(ROOT).as_posix().lstrip('.')}", abs_src_path=str(path))
        )
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """MkDocs asks what a page's text is: links out of docs/ lead to where the site has the same."""
    if page.file.src_uri.startswith("reference/"):
        return markdown
    return re.sub(r"\]\(\.\./([^)#]+)(#[^)]+)?\)", lambda found: f"]({_place(found[1])}{found[2] or ''})", markdown)


def _place(path: str) -> str:
    pages = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "security.md"}
    return pages.get(path) or f"{FILES}/{path.lstrip('.')}"


def _from_the_top(name: str) -> str:
    """A page of the top folder, whose links are relative to that."""
    text = (ROOT / name).read_text(encoding="utf-8")

    def moved(found: re.Match[str]) -> str:
        target = found[1]
        if "://" in target or target.startswith("#"):
            return found[0]
        return f"]({target.removeprefix('docs/') if target.startswith('docs/') else _place(target)})"

    return re.sub(r"\]\(([^)]+)\)", moved, text)


# --- the reference ---


def commands() -> str:
    """Every command with its options, from the command line itself."""
    group = typer.main.get_command(app)
    context = typer.Context(group, info_name="flexsim")
    lines = ["# Commands", "", "What `--help` says, of all of them. Options before the command's name:", ""]
    lines += _options(group, context)
    for name in COMMANDS:
        found = group.get_command(context, name)
        inner = typer.Context(found, info_name=name, parent=context)
        if name not in GROUPS:
            lines += _command(f"flexsim {name}", found, inner)
            continue
        for each in GROUPS[name]:
            part = found.get_command(inner, each)
            lines += _command(f"flexsim {name} {each}", part, typer.Context(part, info_name=each, parent=inner))
    return "\n".join(lines) + "\n"


def _command(name: str, command: Any, context: Any) -> list[str]:
    about, _, examples = (command.help or "").partition("Example:")
    shown = [line.replace("Example:", "").strip() for line in f"Example:{examples}".splitlines() if line.strip()]
    lines = ["", f"## {name}", "", _plain(about.strip()), ""]
    if examples:
        lines += ["```", *[line for line in shown if line.startswith("flexsim")], "```", ""]
    return lines + _options(command, context)


def _options(command: Any, context: Any) -> list[str]:
    rows = ["| option | | default |", "| --- | --- | --- |"]
    for each in command.get_params(context):
        if each.name == "help":
            continue
        names = ", ".join(f"`{name}`" for name in (*each.opts, *each.secondary_opts))
        if each.param_type_name == "argument":
            names = f"`{each.name.upper()}`"
        default = each.default if each.default not in (None, False, (), []) and not callable(each.default) else ""
        rows.append(f"| {names} | {_cell(getattr(each, 'help', '') or '')} | {_cell(str(default))} |")
    return rows


def settings() -> str:
    """Every variable of the environment, with what .env.sample says of it."""
    lines = [
        "# Settings",
        "",
        "From the environment or from `.env`; the environment beats the file, flags beat both.",
        "",
        "```sh",
    ]
    lines += [
        (ROOT / ".env.sample").read_text(encoding="utf-8").rstrip(),
        "```",
        "",
        "| variable | is |",
        "| --- | --- |",
    ]
    for field in Settings.__dataclass_fields__.values():
        secret = " (secret)" if field.metadata["secret"] else ""
        lines.append(f"| `{field.metadata['variable']}` | {field.metadata['wanted']}{secret} |")
    return "\n".join(lines) + "\n"


def _schemas() -> list[Path]:
    return sorted((ROOT / "flexsim").rglob("*.schema.json"))


def schemas() -> str:
    """Every JSON Schema that flexsim publishes."""
    lines = ["# JSON Schemas", "", "For editors, and for checks of your own (draft 2020-12)."]
    for path in _schemas():
        schema = json.loads(path.read_text(encoding="utf-8"))
        where = f"../{FILES}/{path.relative_to(ROOT).as_posix()}"
        lines += [
            "",
            f"## {schema.get('title', path.name)}",
            "",
            schema.get("description", ""),
            "",
            f"[{path.name}]({where})",
            "",
        ]
        lines += ["| property | |", "| --- | --- |"]
        for name, of in schema.get("properties", {}).items():
            lines.append(f"| `{name}` | {_cell(_words(of, schema))} |")
    return "\n".join(lines) + "\n"


def _words(of: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a property's description says; where it only refers, that of what it refers to."""
    reference = str(of.get("$ref", ""))
    if "description" not in of and reference.startswith("#/$defs/"):
        of = schema["$defs"][reference.removeprefix("#/$defs/")]
    return str(of.get("description", ""))


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|").replace("\n", " ")


def _plain(text: str) -> str:
    r"""Typer's help without what only Rich reads: ``\[`` is a bracket that is no markup."""
    return text.replace("\\[", "[").replace("<", "&lt;")
