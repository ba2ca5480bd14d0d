"""Chaos: an installation under load whose parts are killed, frozen and cut off at random.

Nothing here is a double but the providers of mail and text messages.
"""
