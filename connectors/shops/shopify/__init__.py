"""Shopify's Admin API (GraphQL)."""
