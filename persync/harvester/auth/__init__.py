"""Tokens: where they come from, and how they are renewed."""

from persync.harvester.auth.command import CommandToken
from persync.harvester.auth.endpoint import TokenEndpoint
from persync.harvester.auth.source import TokenSource, token_source
from persync.harvester.auth.static import StaticToken, valid_token
from persync.harvester.jwt import claims, expiry

__all__ = [
    "CommandToken",
    "StaticToken",
    "TokenEndpoint",
    "TokenSource",
    "claims",
    "expiry",
    "token_source",
    "valid_token",
]
