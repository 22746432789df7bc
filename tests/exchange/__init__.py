"""Tests of ledgers in and out."""
