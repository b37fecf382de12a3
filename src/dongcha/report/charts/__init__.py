"""Charts as Vega-Lite: one small file a pattern, the thing that matters annotated; drawn without a browser."""
