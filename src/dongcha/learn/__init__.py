"""What learns while it is used: query strategies, stopping, and their simulation."""
