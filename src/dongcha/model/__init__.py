"""Models that read text and turn it into columns: encoders, methods, recipes, training, evaluation, folders."""
