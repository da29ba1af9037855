"""What the benchmarks of whole rooms share."""
