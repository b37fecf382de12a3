"""Forecasts of a table's series, with intervals that a backtest has checked."""
