"""Is everything there, and true? Twelve checks of books, pictures and answers, which change nothing."""
