"""Channels as systems that are told of orders and stock: reports pass the same gate as commands to an ERP."""
