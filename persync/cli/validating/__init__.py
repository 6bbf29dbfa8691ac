"""What ``persync validate`` checks."""
