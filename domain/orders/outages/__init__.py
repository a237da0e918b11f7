"""What happens to orders while a system on which they depend is away."""
