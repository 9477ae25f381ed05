"""Is everything there, and true? Thirteen checks of books, pictures and answers, which change nothing."""
