"""``X-Twilio-Signature``: how a receiver knows that a callback comes from the account it knows.

Base64 of HMAC-SHA1, keyed with the auth token, over the full address followed by each form parameter's name and value,
sorted by name. A body that is no form is signed through the address, which carries its digest as ``bodySHA256`` (Twilio:
"Webhooks security", twilio.com/docs/usage/webhooks/webhooks-security).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

SIGNATURE_HEADER: Final = "X-Twilio-Signature"


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """The header's value for a POST of ``form`` to ``url``."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def with_digest(url: str, body: bytes) -> str:
    """The address to which ``body`` is sent, signed like a form without parameters."""
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}bodySHA256={hashlib.sha256(body).hexdigest()}"
