"""``persync diff ENV_A ENV_B``: what differs between two environments."""
