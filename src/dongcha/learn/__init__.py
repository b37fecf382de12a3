"""What learns while it is used: query strategies, corrections, online heads, drift, and who is promoted."""
