"""Tokens of a Keycloak realm that the sandbox does not issue itself: verified by the realm's keys, offline."""

from typing import NamedTuple

from persync.sandbox.domain.problems import Problem
from persync.sandbox.domain.roles import Roles
from persync.sandbox.errors import SandboxError

_KEYS = "/protocol/openid-connect/certs"


class RealmUser(NamedTuple):
    """The user or the service account that a token is for, and its roles by Keycloak client."""

    name: str
    roles: Roles


class Realm:
    """A realm, by its issuer: the URL that its tokens have as `iss`, such as https://HOST/realms/grnry.

    The keys are fetched when the first token arrives, and again for a token with another key.
    """

    def __init__(self, issuer: str) -> None:
        """Fetch nothing yet; raises SandboxError if PyJWT is not installed."""
        try:
            import jwt  # noqa: PLC0415 - needed for this option only
            from cryptography.hazmat.primitives import hashes  # noqa: F401, PLC0415 - as above; jwt needs it for RS256
        except ImportError as error:
            message = f"issuer: to verify tokens, the sandbox needs PyJWT and cryptography ({error})"
            raise SandboxError(message, "pip install 'PyJWT[crypto]'") from error
        self._jwt = jwt
        self._issuer = issuer.rstrip("/")
        self._keys = jwt.PyJWKClient(f"{self._issuer}{_KEYS}")

    def user(self, token: str, now: float) -> RealmUser | None:
        """Return whom an access token is for, None if it is not valid at `now` (epoch seconds).

        Raises:
            Problem: the realm's keys cannot be fetched.
        """
        try:
            claims = self._jwt.decode(
                token,
                self._keys.get_signing_key_from_jwt(token),
                algorithms=["RS256"],
                issuer=self._issuer,
                # Times are compared with the clock of the sandbox; Granary's API does not check the audience.
                options={
                    "require": ["exp", "iss", "typ"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "verify_aud": False,
                },
            )
        except self._jwt.PyJWKClientConnectionError as error:
            raise Problem("unexpected_error", f"The keys of {self._issuer} cannot be fetched.") from error
        except self._jwt.PyJWTError:
            return None
        if claims["typ"] != "Bearer" or now >= claims["exp"]:
            return None
        clients = claims.get("resource_access", {})
        roles = {client: tuple(access.get("roles", ())) for client, access in clients.items()}
        return RealmUser(claims.get("preferred_username", ""), roles)
