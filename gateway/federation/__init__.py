"""From a document to an answer, on the credit graph and on any other.

A document is read and weighed (`operations`, `cost`, `selections`). Subgraphs compose to a supergraph (`composition`),
on which one planner draws who is asked for what (`planning`), and one executor carries it out (`execution`) over the
three ways to a subgraph: rows (with their lines and cache in `rows`), local, remote. What is particular to subjects and
their records, and which of them is open to whom, is in `subjects`.
"""
