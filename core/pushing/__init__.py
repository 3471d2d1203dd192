"""What a push does with each row: decisions, plans, changes, receipts. Pure: the database hands in what it found."""
