"""Tables with something planted in them, by what is planted: groups, measures, series, subsets, texts; and traps."""
