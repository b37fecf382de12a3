"""What learns: arrays in, arrays out, without clock, thread or database."""
