"""What readers see and do, a module for each kind of page."""
