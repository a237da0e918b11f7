"""A program that draws what the standard library's chance gives it."""

import random
import sys

if __name__ == "__main__":
    sys.stdout.write(f"{random.random()}\n")
