"""Ledgers as offices keep them: CSV, TSV and Excel, in and out."""
