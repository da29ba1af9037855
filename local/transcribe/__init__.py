"""Amazon Transcribe streaming on one machine: its wire, its rules, and a recogniser of choice."""
