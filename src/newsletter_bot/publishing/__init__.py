"""The use cases: from drafts to receipts, through ports only."""
