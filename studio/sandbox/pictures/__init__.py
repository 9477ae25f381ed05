"""Pictures in the place of a model's: composed from the prompt's words and the input photos, and marked."""
