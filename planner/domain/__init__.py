"""Values: parts, builds, workloads, findings, and the edits that turn one build into the next."""
