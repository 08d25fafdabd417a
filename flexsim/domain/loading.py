"""Reads a domain: a locale's defaults, a description of one's own over them, checked as a whole. This is where files are read.

The defaults stand in ``domain/`` at the top of a checkout, and in ``flexsim/defaults/domain`` of an installed package.
"""

import copy
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from flexsim.domain.checks import problems_of
from flexsim.domain.merging import merge
from flexsim.domain.model import Domain
from flexsim.domain.parsing import domain_of
from flexsim.domain.problems import Path as Place
from flexsim.domain.problems import Problem, hint, quoted
from flexsim.domain.schema import schema_problems, unknown_properties
from flexsim.errors import ConfigurationError, DomainError

DOMAIN_FILE: Final = "domain.json"
DEFAULT_LOCALE: Final = "en-us"
_NOTES: Final = "flexsim"  # the property that holds flexsim's own notes


def load_domain(path: Path | str | None, locale: str = DEFAULT_LOCALE) -> Domain:
    """The domain at ``path`` (a file, or a folder that holds ``domain.json``) over the locale's defaults; None: only those.

    A ``path`` that is not there may be the name of an example that comes with flexsim.
    ``locale`` is a name (``en-us``) or the path of a file of defaults. Raises DomainError with all problems found, and
    ConfigurationError where a file is missing or is not JSON.
    """
    defaults_file = locale_file(locale)
    defaults = read_json(defaults_file)
    _raise_on(schema_problems(defaults), defaults_file)
    name = defaults.get(_NOTES, {}).get("locale", defaults_file.stem)
    if path is None:
        _raise_on(problems_of(defaults), defaults_file)
        return domain_of(defaults, name)
    file = Path(path)
    if not file.exists():
        file = examples().get(str(path), file)
    if file.is_dir():
        file /= DOMAIN_FILE
    own = read_json(file)
    _raise_on(all_problems(own, defaults), file)
    return domain_of(merge(defaults, own), own.get(_NOTES, {}).get("locale", name))


def domain_from_json(document: Mapping[str, Any], where: str = "the domain") -> Domain:
    """The domain that a whole (merged) document describes; raises DomainError, which names ``where`` it stands."""
    problems = all_problems(document, {})
    if problems:
        raise DomainError(where, [str(problem) for problem in problems])
    return domain_of(document, document.get(_NOTES, {}).get("locale", DEFAULT_LOCALE))


def all_problems(document: Any, defaults: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with ``document`` in form, and then with all of it that has its form, laid over ``defaults``."""
    ill_formed = schema_problems(document)
    if not isinstance(document, dict):
        return ill_formed
    if not ill_formed:
        return problems_of(merge(defaults, document))
    harmless = set(unknown_properties(document))
    rest = copy.deepcopy(document)
    for problem in ill_formed:
        _leave_out(rest, problem.path)
    spoilt = {problem.path[:2] for problem in ill_formed if problem.path not in harmless}
    if schema_problems(rest):  # something required was among what was left out
        return ill_formed
    return [*ill_formed, *(each for each in problems_of(merge(defaults, rest)) if not _follows(each, spoilt))]


def locales() -> dict[str, Path]:
    """The locales that flexsim has defaults for, by name."""
    return {file.stem: file for file in sorted(defaults_folder("domain").glob("*.json"))}


def locale_file(locale: str) -> Path:
    """The file of defaults that ``locale`` names; raises ConfigurationError listing those there are."""
    known = locales()
    if locale.lower().replace("_", "-") in known:
        return known[locale.lower().replace("_", "-")]
    if locale.endswith(".json") or "/" in locale or Path(locale).is_file():
        return Path(locale)
    raise ConfigurationError(
        f"no such locale: {locale!r}; there are {quoted(known)}, or give the path of a JSON file of defaults"
        f"{hint(locale, known)}"
    )


def examples() -> dict[str, Path]:
    """The domain descriptions that come with flexsim, by name."""
    return {file.parent.name: file for file in sorted(defaults_folder("domain").glob(f"examples/*/{DOMAIN_FILE}"))}


def defaults_folder(name: str) -> Path:
    """The folder of packaged data (``domain`` or ``config``): beside the package in a checkout, in it when installed."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "defaults" / name
    return installed if installed.is_dir() else package.parent / name


def read_json(file: Path) -> Any:
    """The JSON document in ``file``; raises ConfigurationError naming the file and what is wrong with it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_repetition)
    except FileNotFoundError as error:
        raise ConfigurationError(f"no such file: {file}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {file}: {error}") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ConfigurationError(f"{file} is not JSON: {error.msg.lower()} at {where}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file} is not JSON: {error}") from error
    except _RepeatedNameError as error:
        raise ConfigurationError(f"{file} says {error} twice in one object; only the last would count") from error


class _RepeatedNameError(Exception):
    """An object names a property twice, which JSON leaves undefined (RFC 8259 §4)."""


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise _RepeatedNameError(quoted(name for name, count in counts.items() if count > 1))
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number that JSON knows")


def _raise_on(problems: list[Problem], file: Path) -> None:
    if problems:
        raise DomainError(str(file), [str(problem) for problem in problems])


def _leave_out(document: Any, path: Place) -> None:
    """Delete what is at ``path`` if it is still there; a list that holds it goes as a whole, so that indexes stay true."""
    first_index = next((place for place, key in enumerate(path) if isinstance(key, int)), len(path))
    keys = path[:first_index]
    for key in keys[:-1]:
        document = document.get(key, {})
    if keys:
        document.pop(keys[-1], None)


def _follows(problem: Problem, spoilt: set[Place]) -> bool:
    """Whether a problem may only be there because something ill-formed was left out."""
    names = {str(place[-1]) for place in spoilt}
    return problem.path[:2] in spoilt or any(repr(name) in problem.message for name in names)
