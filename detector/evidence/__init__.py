"""Evidence: what a picture's file says about itself. It can be forged or stripped, so it never touches a score."""
