"""What the web server holds on two cores: pages, polls, many submits at once, memory, and two dozen slow uploads."""
