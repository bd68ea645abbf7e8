"""Small parts that know nothing of builds."""
