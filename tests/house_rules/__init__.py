"""What holds for every file of the house, whoever writes it."""
