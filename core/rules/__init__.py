"""Rules: one module per kind of value. Each reads a cleaned text and gives its canonical value or its faults."""
