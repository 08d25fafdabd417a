"""Traces: what a span is, OTLP in and out, the collector, analysis and grading."""
