"""From a document to rows to an answer: supergraph, plan, fetches, projection."""
