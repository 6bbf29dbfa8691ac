"""``start``, ``stop`` and ``restart``: plans of run states, applied like any other."""
