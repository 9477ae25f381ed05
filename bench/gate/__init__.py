"""The gate every picture passes: how soon one of 4K is known and drawn small, and one that lies is refused."""
