"""Aligned fakes: real pictures made anew by small networks, so that content, size and format say nothing about the class."""
