"""What a report, an export and a comparison can be; apart, so that the command line knows it without loading the rest."""

from enum import StrEnum


class Form(StrEnum):
    """A report's."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"
    MD = "md"


class ExportForm(StrEnum):
    """An export's."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


class ComparisonForm(StrEnum):
    """A comparison's."""

    TABLE = "table"
    MD = "md"
