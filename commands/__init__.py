"""What the command line offers: one module for each thing a person can ask of Duncan."""
