"""Every list but the gallery with a million rows of what it lists beside ten thousand: ledger, prompts, notices."""
