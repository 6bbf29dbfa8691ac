"""Where the values of the files come from: final documents with their origins, and explanations. Pure but for files."""
