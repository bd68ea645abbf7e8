"""What holds the speed down."""
