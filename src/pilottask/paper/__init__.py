"""What is printed: the weekly sheet, reminder slips, the agenda, the page of results."""
