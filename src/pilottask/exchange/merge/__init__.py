"""Two task lists made one: the ledger, then one file for each kind of record in it."""
