"""Read and write builds and settings. A problem with a file is a `FileProblem` with a sentence for the user."""
