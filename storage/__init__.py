"""Storage remembers: records, their sealing, and one transaction at a time. It imports nothing of ours."""
