"""What is shown of a verdict: report, JUnit, GitHub, JSON, progress."""
