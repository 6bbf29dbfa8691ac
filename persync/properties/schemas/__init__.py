"""How published JSON Schemas become those of an editor. Pure."""
