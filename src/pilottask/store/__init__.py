"""The store: one file that holds the ledger, written whole or not at all, with its versions kept."""
