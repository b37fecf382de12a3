"""What learns while it is used: arrays in, arrays out, without clock, thread or database."""
