"""The layers of a persister: defaults, its document, overlays; and how they are read where no variable is needed."""
