"""What the lessons share. Each module is named after what it gives; this one loads none."""
