"""What the media door takes: memory while many slow readers are sent a large picture, and time for a thumbnail."""
