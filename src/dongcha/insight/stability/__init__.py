"""Whether a finding comes out again in half of the data."""
