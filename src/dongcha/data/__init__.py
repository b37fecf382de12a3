"""Tables: where rows come from, what their columns are for, how they are cleaned and split."""
