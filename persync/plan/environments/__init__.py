"""What differs between two environments."""
