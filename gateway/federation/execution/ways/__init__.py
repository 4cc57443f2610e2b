"""The three ways to a subgraph: rows of a connector, a schema in this process, a service over a network."""
