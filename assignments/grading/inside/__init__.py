"""What runs inside the sandbox. Nothing in this folder knows a right answer."""
