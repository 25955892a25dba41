"""Cases for golden files beyond those that the project began with; one module per kind or family of kinds."""
