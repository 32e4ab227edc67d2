"""Archives of others, in and out."""
