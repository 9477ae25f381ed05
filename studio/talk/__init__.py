"""What people say about a frame: comments, a verdict, and a link to show it to somebody outside."""
