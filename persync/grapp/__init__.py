"""GrApp folders: what the vendor's importer reads, and users have of their persisters so far."""
