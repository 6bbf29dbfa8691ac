"""How a change is shown, whatever the format: which part of a value differs, and structures as lines of YAML. Pure."""
