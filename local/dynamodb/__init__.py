"""moto's DynamoDB, asked directly and made cheaper; what it says is as it was."""
