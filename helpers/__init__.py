"""What the lessons share. Each module is named after what it gives; importing the package loads none."""
