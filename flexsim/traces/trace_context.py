"""The header ``traceparent``, by which a service learns whose call it answers (W3C Trace Context, level 1, section 3.2).

A context is 24 bytes: the trace id and the id of the span that calls.
"""

import re
from typing import Final

HEADER: Final = "traceparent"
TRACE: Final = 16  # bytes of the trace id, which comes first
# Later versions may say more after the flags (3.2.4); version ff there is none.
_FORM: Final = re.compile(rb"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_SAMPLED: Final = 1


def write(context: bytes, *, sampled: bool) -> str:
    """The header's value; ``sampled`` says whether the caller records its own span."""
    return f"00-{context[:TRACE].hex()}-{context[TRACE:].hex()}-{sampled:02x}"


def read(value: bytes) -> bytes | None:
    """The context; None where there is none that can be followed, or the caller does not record."""
    found = _FORM.fullmatch(value.strip())
    if found is None or (found[1] == b"00" and found[5]):
        return None
    trace, span = bytes.fromhex(found[2].decode()), bytes.fromhex(found[3].decode())
    if not any(trace) or not any(span) or not int(found[4], 16) & _SAMPLED:
        return None
    return trace + span
