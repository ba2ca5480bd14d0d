"""What each country lets a creditor claim for late payment: dated tables with their sources."""
