"""The HTTP layer of the sandbox: it alone uses starlette and uvicorn."""
