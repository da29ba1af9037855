"""What a worker measures, for Prometheus and CloudWatch."""
