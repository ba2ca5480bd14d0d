"""The rules that read a clause: a folder of one table a language, and what applies them."""
