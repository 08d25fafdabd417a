"""Who may ask: accounts with an auth token and API keys, kept apart from each other."""

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from typing import Final

from flexsim.errors import NotAuthenticated
from flexsim.ids import Sids, secret

# Variants that Twilio has been seen to answer (reference 1.7).
NO_CREDENTIALS: Final = "Authentication Error - No credentials provided"
UNKNOWN_USER: Final = "Authentication Error - invalid username"
WRONG_TOKEN: Final = "Authenticate"  # noqa: S105 -- a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """``sids`` makes the SIDs of its workspaces; the token also signs what is sent to its callback addresses."""

    sid: str
    token: str = field(repr=False)
    sids: Sids = field(repr=False, compare=False)


class Accounts:
    """All accounts of one server; SIDs and tokens are decided by the seed and the order of creation."""

    def __init__(self, seed: int) -> None:
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """No account and no key any more; those that are added now repeat what ``seed`` gave before."""
        self._seed = seed
        self._sids = Sids(seed, "accounts")
        self._users: dict[str, tuple[Account, bytes]] = {}  # Basic user -> whose it is, and the password
        self._accounts: list[Account] = []
        self._keys: list[Account] = []  # whose each is

    def listed(self) -> list[Account]:
        """All accounts in the order of creation."""
        return list(self._accounts)

    def key_holders(self) -> list[Account]:
        """Whose each API key is, in the order of creation."""
        return list(self._keys)

    def add(self) -> Account:
        """A new account, without a workspace."""
        sid = self._sids.sid("AC", len(self._accounts))
        account = Account(sid=sid, token=secret(self._seed, sid), sids=Sids(self._seed, sid))
        self._accounts.append(account)
        self._users[sid] = (account, account.token.encode())
        return account

    def add_key(self, account: Account) -> tuple[str, str]:
        """A new API key of ``account``: its SID (``SK…``) and its secret, good in place of account SID and token."""
        sid = self._sids.sid("SK", len(self._keys))
        self._keys.append(account)
        password = secret(self._seed, sid)
        self._users[sid] = (account, password.encode())
        return sid, password

    def authenticate(self, authorization: str | None) -> Account:
        """The account that the ``Authorization`` header proves; raises ``NotAuthenticated``."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic" or not encoded:
            raise NotAuthenticated(NO_CREDENTIALS)
        try:
            user, _, password = base64.b64decode(encoded, validate=True).partition(b":")
        except (binascii.Error, ValueError) as error:
            raise NotAuthenticated(NO_CREDENTIALS) from error
        known = self._users.get(user.decode("utf-8", "replace"))
        if known is None:
            raise NotAuthenticated(UNKNOWN_USER)
        account, expected = known
        # Constant time, so that the token cannot be guessed character by character.
        if not hmac.compare_digest(password, expected):
            raise NotAuthenticated(WRONG_TOKEN)
        return account
