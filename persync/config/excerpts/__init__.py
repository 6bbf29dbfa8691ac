"""Lines of configuration files as they may be shown: without the secrets in them."""
