"""``persync status``: one look, a wait, or a screen that is refreshed."""
