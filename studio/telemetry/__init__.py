"""What the studio says about itself to machines: log lines. They carry ids, and never a secret."""
