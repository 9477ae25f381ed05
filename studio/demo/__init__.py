"""What `manage.py demo` brings: a team with a project and real photographs, and the processes that serve it."""
