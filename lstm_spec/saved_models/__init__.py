"""What is done with a saved model that has been understood: measured, compared, written anew."""
