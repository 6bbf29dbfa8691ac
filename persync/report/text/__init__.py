"""Plans and results as text for people: in a terminal of any width, or in a log."""
