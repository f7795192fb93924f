"""The project: settings, addresses, the API's outer shape, and what starts and supervises it."""
