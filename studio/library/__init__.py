"""The prompt library: wording with blanks, its versions, and what came of them."""
