"""Plans and results as text, one module per format. Each takes a plan or a result and returns a string."""
