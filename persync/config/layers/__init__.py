"""The layers of a persister: defaults, its document and overlays, how they are merged, and the persister they make."""
