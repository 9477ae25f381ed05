"""Who may do what: every route, every role, every verb."""
