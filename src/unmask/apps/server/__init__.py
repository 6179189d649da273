"""The service: pictures over HTTP in, answers out, under load and attack."""
