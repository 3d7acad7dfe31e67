"""One effect under every defensible choice: the room of `paradox/specification_curve`."""
