"""What the job engine costs and how soon it acts, embedded on SQLite and scaled on PostgreSQL, in whole studios."""
