"""Charts and gauges: bars, stacks and curves. pyqtgraph is loaded only when a chart is first shown."""
