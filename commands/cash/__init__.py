"""Cash application: what payments are for, and what people decide about them."""
